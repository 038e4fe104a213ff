// Connections, one for each identity: made once for all who ask at the same time, kept, and forgotten when they die.
import type { Clock } from "../clock.ts";
import type { Route } from "../transports/transport.ts";
import { type Channels, createChannels } from "./channels.ts";
import { orAborted } from "./or-aborted.ts";

export interface Pool {
  /** Gives the kept connection, or makes one. Rejects as `Route.connect` does. */
  acquire(route: Route, timeoutMs: number, signal: AbortSignal): Promise<Channels>;
  /** Forgets a connection that has proved dead. */
  drop(route: Route, channels: Channels): void;
  /** Connections that are open. */
  count(): number;
  /** Streams that are open on them. */
  channelCount(): number;
  /** Closes all of them and waits until they are closed. */
  dispose(): Promise<void>;
}

/** A connection that is being made or kept. */
interface Entry {
  readonly channels: Promise<Channels>;
  readonly abandon: AbortController;
  /** How many wait for it; when the last one gives up, connecting stops. */
  waiting: number;
  channelsNow: Channels | undefined;
}

export function createPool(clock: Clock): Pool {
  const entries = new Map<string, Entry>();

  function forget(identity: string, entry: Entry): void {
    if (entries.get(identity) === entry) entries.delete(identity);
  }

  async function open(route: Route, timeoutMs: number, signal: AbortSignal): Promise<Channels> {
    return createChannels(await route.connect(timeoutMs, signal), clock);
  }

  function connect(route: Route, identity: string, timeoutMs: number): Entry {
    const abandon = new AbortController();
    const channels = open(route, timeoutMs, abandon.signal);
    const entry: Entry = { channels, abandon, waiting: 0, channelsNow: undefined };
    entries.set(identity, entry);
    channels.then(
      (made) => {
        entry.channelsNow = made;
        made.connection.hold(false);
        void made.connection.closed.then(() => forget(identity, entry));
      },
      () => forget(identity, entry),
    );
    return entry;
  }

  return {
    async acquire(route, timeoutMs, signal) {
      const { identity } = route;
      if (identity === undefined) return open(route, timeoutMs, signal);
      const entry = entries.get(identity) ?? connect(route, identity, timeoutMs);
      entry.waiting += 1;
      try {
        return await orAborted(entry.channels, signal);
      } finally {
        entry.waiting -= 1;
        if (entry.waiting === 0 && entry.channelsNow === undefined) {
          forget(identity, entry);
          entry.abandon.abort(new Error("nobody waits for this connection any more"));
        }
      }
    },
    drop({ identity }, channels) {
      const entry = identity === undefined ? undefined : entries.get(identity);
      if (identity !== undefined && entry?.channelsNow === channels) forget(identity, entry);
      channels.connection.dispose();
    },
    count: () =>
      [...entries.values()].filter(({ channelsNow }) => channelsNow !== undefined).length,
    channelCount: () =>
      [...entries.values()].reduce((sum, { channelsNow }) => sum + (channelsNow?.count() ?? 0), 0),
    async dispose() {
      const all = [...entries.values()];
      for (const { abandon } of all) abandon.abort(new Error("disposed"));
      await Promise.allSettled(
        all.map(async ({ channels }) => {
          const { connection } = await channels;
          connection.dispose();
          await connection.closed;
        }),
      );
    },
  };
}
