// The resident shells of one host: started when they are needed, kept for the next script, and given up when their room is.
import type { Clock } from "../waiting/clock.ts";
import { orAborted } from "../waiting/or-aborted.ts";
import type { ByteStream } from "../transports/transport.ts";
import type { SentScript, StartedScript } from "./execute.ts";
import type { OpenChannel } from "./open-channel.ts";
import { type Resident, createResident } from "./resident.ts";
import { onChannel } from "./script-channel.ts";
import { startShell } from "./start-shell.ts";

/** How many shells wait on a host for the next script. */
const MOST_IDLE = 8;
/** A host that was slow once may have had a bad moment; one that always is should not cost each step that patience. */
const SLOW_MS = 120_000;
/** A shell reads byte by byte; what is longer is faster through a channel of its own. */
const LONGEST_SCRIPT_BYTES = 16_000;

/** Where the channels of a host come from. */
export interface ShellRoom {
  open(line: string, timeoutMs: number, signal: AbortSignal): Promise<OpenChannel>;
  /** Whether a channel was ever opened on the connections that there are. */
  wereUsed(): boolean;
}

export interface Residents {
  /**
   * Starts a script as `onChannel` would, and so where the host has no shell for it, or where the script may be the only one: a
   * shell costs more to start than a channel, and less to use. Rejects as `ShellRoom.open` does, with the watch's reason when
   * that is aborted before anything was started, and with `LostError` when it is aborted while a shell is not ready.
   */
  start(sent: SentScript, timeoutMs: number): Promise<StartedScript>;
}

interface Kept {
  readonly resident: Resident;
  readonly channel: OpenChannel;
}

export function createResidents(room: ShellRoom, clock: Clock): Residents {
  const idle = new Map<Kept, () => void>();
  const waiting = new Set<(kept: Kept) => void>();
  /** Until then the host has no shell of ours, as far as it has shown; by the clock's `elapsed`. */
  let refusedUntilMs = Number.NEGATIVE_INFINITY;
  let hasShells = false;
  /** The first one on its way: it shows whether the host has any, so nobody else tries meanwhile. Without a verdict others take channels. */
  let trial: Promise<void> | undefined;

  function keep(kept: Kept): void {
    const [first] = waiting;
    if (first !== undefined) {
      waiting.delete(first);
      first(kept);
    } else if (idle.size >= MOST_IDLE) {
      kept.resident.release();
    } else {
      const giveUp = () => {
        takeFromIdle(kept);
        kept.resident.release();
      };
      idle.set(kept, kept.channel.rest(giveUp));
    }
  }

  function takeFromIdle(kept: Kept | undefined = [...idle.keys()].at(-1)): Kept | undefined {
    if (kept === undefined) return undefined;
    idle.get(kept)?.();
    return idle.delete(kept) ? kept : undefined;
  }

  async function start(
    { watch }: SentScript,
    timeoutMs: number,
    enough: AbortSignal,
  ): Promise<Kept | undefined> {
    const { signal, startTimes: onOpen } = watch;
    const until = AbortSignal.any([signal, enough]);
    const open = (line: string) => room.open(line, timeoutMs, until);
    const shell = await startShell({ open, onOpen, clock, signal });
    if (typeof shell === "string") {
      refusedUntilMs = shell === "none" ? Number.POSITIVE_INFINITY : clock.elapsed() + SLOW_MS;
      hasShells = false;
      return undefined;
    }
    const { channel, pid } = shell;
    const kept: Kept = { channel, resident: createResident(channel, pid, () => keep(kept)) };
    void channel.exit.then(() => takeFromIdle(kept));
    return kept;
  }

  async function learnFrom(started: Promise<Kept | undefined>): Promise<void> {
    const [outcome] = await Promise.allSettled([started]);
    hasShells = outcome.status === "fulfilled" && outcome.value !== undefined;
    trial = undefined;
  }

  /** An idle one, or whichever comes first: one that gets free, or a new one. Undefined: this host has none. */
  async function take(sent: SentScript, timeoutMs: number): Promise<Kept | undefined> {
    const { signal, startTimes } = sent.watch;
    signal.throwIfAborted();
    const rested = takeFromIdle();
    if (rested !== undefined || clock.elapsed() < refusedUntilMs) return rested;
    if (trial !== undefined) {
      startTimes();
      await orAborted(trial, signal);
      return hasShells ? take(sent, timeoutMs) : undefined;
    }
    const { promise, resolve, reject } = Promise.withResolvers<Kept | undefined>();
    const enough = new AbortController();
    waiting.add(resolve);
    const starting = start(sent, timeoutMs, enough.signal);
    if (!hasShells) trial = learnFrom(starting);
    starting.then((started) => {
      if (waiting.delete(resolve)) resolve(started);
      else if (started !== undefined) keep(started);
    }, reject);
    try {
      const kept = await promise;
      if (signal.aborted && kept !== undefined) keep(kept);
      signal.throwIfAborted();
      return kept;
    } finally {
      waiting.delete(resolve);
      enough.abort();
    }
  }

  /** Undefined: this host has no shell for it. */
  async function runResident(sent: SentScript, timeoutMs: number): Promise<ByteStream | undefined> {
    const { signal, startTimes } = sent.watch;
    // A shell that was kept may be gone, or end just now; a new one that ends at once is no better than none.
    for (let attempt = 0; attempt <= MOST_IDLE; attempt++) {
      const kept = await take(sent, timeoutMs);
      if (kept === undefined) return undefined;
      startTimes();
      const running = kept.resident.run(sent.script, sent.marker, signal);
      const stream = await kept.channel.answerWithin(timeoutMs, running, signal).catch((error) => {
        kept.resident.close();
        throw error;
      });
      if (stream !== undefined) return stream;
    }
    return undefined;
  }

  return {
    async start(sent, timeoutMs) {
      if (room.wereUsed() && fits(sent.script)) {
        const stream = await runResident(sent, timeoutMs);
        if (stream !== undefined) return { stream };
      }
      return onChannel((line) => room.open(line, timeoutMs, sent.watch.signal))(sent);
    },
  };
}

function fits(script: string): boolean {
  return Buffer.byteLength(script) <= LONGEST_SCRIPT_BYTES && !script.includes("\0");
}
