// The ways to all hosts that are kept, one for each identity: shared, closed when idle, and forgotten when they die.
import type { Clock } from "../waiting/clock.ts";
import { type Semaphore, createSemaphore } from "../waiting/semaphore.ts";
import { ConnectionError } from "../host-errors.ts";
import type { Connection, Route } from "../transports/transport.ts";
import { type Channels, createChannels } from "./channels.ts";
import { createGate } from "./gate.ts";

/** How many may shake hands through one jump host at the same time, so that a large fleet does not take all of its one process. */
const HANDSHAKES_AT_ONCE = 8;

export interface Pool {
  /**
   * Works on a host over the kept connection, or over one that is made. Rejects as `Route.connect` and the work do.
   * While it works, the connection is not idle and keeps the process alive.
   */
  use<T>(
    route: Route,
    timeoutMs: number,
    signal: AbortSignal,
    work: (channels: Channels) => Promise<T>,
  ): Promise<T>;
  /** Connections that are open. */
  count(): number;
  /** Commands that are open on them. */
  channelCount(): number;
  /** Closes all of them and waits until they are closed. */
  dispose(): Promise<void>;
}

interface Entry {
  readonly channels: Channels;
  /** Of those who pass through it. */
  readonly handshakes: Semaphore;
  /** Those who use it now, the newest last. */
  readonly users: Set<{ readonly route: Route }>;
  /** Of the newest of them, or of the last one: its agent, its secrets and whoever answers its questions are those of today. */
  route: Route;
  /** Nobody but those who pass through it has ever used it. */
  isOnlyGate: boolean;
  callOffIdle(): void;
}

/** `idleMs`: how long, from now on, a connection is kept that nobody uses. */
export function createPool(clock: Clock, idleMs: () => number): Pool {
  const entries = new Map<string, Entry>();

  function entryOf(route: Route): Entry {
    const { identity } = route;
    const known = identity === undefined ? undefined : entries.get(identity);
    if (known !== undefined) return known;
    const channels = createChannels({
      clock,
      connect: (timeoutMs, signal) => connect(entry.route, timeoutMs, signal),
      onUnused: () => rest(identity, entry),
    });
    const entry: Entry = {
      channels,
      handshakes: createSemaphore(HANDSHAKES_AT_ONCE),
      users: new Set(),
      route,
      isOnlyGate: true,
      callOffIdle() {},
    };
    if (identity !== undefined) entries.set(identity, entry);
    return entry;
  }

  /** What has no connection any more is forgotten at once, and so is a jump host to which nobody goes but to pass. */
  function rest(identity: string | undefined, entry: Entry): void {
    if (identity === undefined) return;
    const { channels } = entry;
    const end = () => {
      if (entries.get(identity) === entry) entries.delete(identity);
      void channels.dispose();
    };
    if (entry.isOnlyGate || channels.connectionCount() === 0) end();
    else entry.callOffIdle = clock.after(idleMs(), end);
  }

  function enter(entry: Entry, route: Route): () => void {
    entry.callOffIdle();
    const user = { route };
    entry.users.add(user);
    entry.route = route;
    const leave = entry.channels.use();
    const release = entry.channels.hold();
    return () => {
      entry.users.delete(user);
      entry.route = [...entry.users].at(-1)?.route ?? entry.route;
      release();
      leave();
    };
  }

  async function connect(
    route: Route,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Connection> {
    const { via, place } = route;
    if (via === undefined) return route.connect(timeoutMs, signal);
    const hop = entryOf(via);
    const leave = enter(hop, via);
    try {
      await hop.channels.ready(timeoutMs, signal).catch((error: unknown) => {
        throw nameTheHop(error, place);
      });
      const gate = createGate(via.place, hop.channels, hop.handshakes);
      return await route.connect(timeoutMs, signal, gate);
    } finally {
      leave();
    }
  }

  return {
    async use(route, timeoutMs, signal, work) {
      const entry = entryOf(route);
      entry.isOnlyGate = false;
      const leave = enter(entry, route);
      try {
        await entry.channels.ready(timeoutMs, signal);
        return await work(entry.channels);
      } finally {
        leave();
      }
    },
    count: () => sum([...entries.values()].map(({ channels }) => channels.connectionCount())),
    channelCount: () => sum([...entries.values()].map(({ channels }) => channels.count())),
    async dispose() {
      const all = [...entries.values()];
      entries.clear();
      for (const entry of all) entry.callOffIdle();
      await Promise.all(all.map(({ channels }) => channels.dispose()));
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** A host behind several jump hosts says which of them it was: the innermost cause stands first. */
function nameTheHop(error: unknown, place: string): unknown {
  if (!(error instanceof ConnectionError)) return error;
  const { kind, message, next } = error;
  return new ConnectionError(kind, `${message}, a jump host on the way to ${place}`, next, {
    cause: error,
  });
}
