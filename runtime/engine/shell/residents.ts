// The resident shells of one host: started when they are needed, kept for the next script, and given up when their room is.
import { randomBytes } from "node:crypto";
import type { Clock } from "../waiting/clock.ts";
import { orAborted } from "../waiting/or-aborted.ts";
import { startDeadline } from "../waiting/deadline.ts";
import { ConnectionError, LostError, SilentError } from "../host-errors.ts";
import type { ByteStream } from "../transports/transport.ts";
import { readAnnouncement } from "./announcement.ts";
import type { SentScript } from "./execute.ts";
import type { OpenChannel } from "./open-channel.ts";
import { type Resident, createResident } from "./resident.ts";
import { buildResidentLine } from "./resident-program.ts";

/** How many shells wait on a host for the next script. */
const MOST_IDLE = 8;
/** How long a login shell may take to become ours before its input is ended: what was a forced command then ends, too. */
const START_PATIENCE_MS = 5000;
/** How long it may take to end then, before it is closed. */
const END_PATIENCE_MS = 2000;
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
   * Runs a script as a channel of its own would run the command line, and on one where the host has no shell for it, or where the
   * script may be the only one: a shell costs more to start than a channel, and less to use. Aborting
   * the signal ends the waiting for a session, and `sent.interrupted` that for a shell: the stream is then that of the shell which
   * has not become ready, and to which nothing was sent.
   */
  open(line: string, sent: SentScript, timeoutMs: number, signal: AbortSignal): Promise<ByteStream>;
}

interface Kept {
  readonly resident: Resident;
  readonly channel: OpenChannel;
}

/** Who waited for a shell takes over the one that was not ready. */
interface Unready {
  readonly unready: ByteStream;
}

interface Starting {
  readonly onShell: (stream: ByteStream) => void;
  /** Aborted when the stream is somebody else's. */
  readonly takenOver: AbortSignal;
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
    timeoutMs: number,
    signal: AbortSignal,
    { onShell, takenOver }: Starting,
  ): Promise<Kept | undefined> {
    const marker = randomBytes(16).toString("hex");
    const channel = await room
      .open(buildResidentLine(marker), timeoutMs, signal)
      .catch((error: unknown) => {
        throw describeNoShell(error);
      });
    onShell(channel);
    const answer = await readAnswer(channel, marker, clock, takenOver);
    if (answer === "taken over") return undefined;
    if (typeof answer === "string") {
      refusedUntilMs = answer === "none" ? Number.POSITIVE_INFINITY : clock.elapsed() + SLOW_MS;
      hasShells = false;
      channel.close();
      return undefined;
    }
    const kept: Kept = { channel, resident: createResident(channel, answer, () => keep(kept)) };
    void channel.exit.then(() => takeFromIdle(kept));
    return kept;
  }

  async function learnFrom(started: Promise<Kept | undefined>): Promise<void> {
    const [outcome] = await Promise.allSettled([started]);
    hasShells = outcome.status === "fulfilled" && outcome.value !== undefined;
    trial = undefined;
  }

  /** An idle one, or whichever comes first: one that gets free, or a new one. Undefined: this host has none. */
  async function take(
    sent: SentScript,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Kept | Unready | undefined> {
    signal.throwIfAborted();
    const kept = takeFromIdle();
    if (kept !== undefined || clock.elapsed() < refusedUntilMs) return kept;
    const stop = AbortSignal.any([signal, sent.interrupted]);
    if (trial !== undefined) {
      sent.onShell();
      await orAborted(trial, stop);
      return hasShells ? take(sent, timeoutMs, signal) : undefined;
    }
    const { promise, resolve, reject } = Promise.withResolvers<Kept | undefined>();
    const [enough, takeOver] = [new AbortController(), new AbortController()];
    let unready: ByteStream | undefined;
    const onShell = (stream: ByteStream) => {
      unready = stream;
      sent.onShell();
    };
    waiting.add(resolve);
    const starting = { onShell, takenOver: takeOver.signal };
    const started = start(timeoutMs, AbortSignal.any([signal, enough.signal]), starting);
    if (!hasShells) trial = learnFrom(started);
    started.then(
      (started) => {
        if (waiting.delete(resolve)) resolve(started);
        else if (started !== undefined) keep(started);
      },
      (error: unknown) => reject(error),
    );
    try {
      return await orAborted(promise, stop);
    } catch (error) {
      if (unready === undefined || error !== stop.reason) throw error;
      takeOver.abort();
      return { unready };
    } finally {
      waiting.delete(resolve);
      enough.abort();
    }
  }

  /** Undefined: this host has no shell for it. */
  async function runResident(
    sent: SentScript,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<ByteStream | undefined> {
    // A shell that was kept may be gone, or end just now; a new one that ends at once is no better than none.
    for (let attempt = 0; attempt <= MOST_IDLE; attempt++) {
      const kept = await take(sent, timeoutMs, signal);
      if (kept === undefined) return undefined;
      if ("unready" in kept) return kept.unready;
      const running = kept.resident.run(sent.script, sent.marker, sent.interrupted);
      const stream = await kept.channel.answerWithin(timeoutMs, running).catch((error) => {
        kept.resident.close();
        throw error;
      });
      if (stream !== undefined) return stream;
    }
    return undefined;
  }

  return {
    async open(line, sent, timeoutMs, signal) {
      if (room.wereUsed() && fits(sent.script)) {
        const stream = await runResident(sent, timeoutMs, signal);
        if (stream !== undefined) return stream;
      }
      return room.open(line, timeoutMs, signal);
    },
  };
}

function fits(script: string): boolean {
  return Buffer.byteLength(script) <= LONGEST_SCRIPT_BYTES && !script.includes("\0");
}

/** Whatever became of the shell: it was told nothing of the script. */
function describeNoShell(error: unknown): unknown {
  if (error instanceof SilentError) {
    return new ConnectionError(
      "timedOut",
      `timed out after ${error.silentMs / 1000} s while starting a shell (${error.place}); nothing of the script was sent`,
      "the host is very busy or has gone away; try again, or give it more time with connectTimeoutMs",
      { cause: error },
    );
  }
  return error instanceof LostError ? new LostError(error.message, false) : error;
}

/**
 * The process id by which the shell announces itself on both streams, behind what start-up files say. "none": it has ended
 * instead, "slow": it does not become ours in time. Rejects with `LostError` when the connection breaks before.
 */
async function readAnswer(
  stream: ByteStream,
  marker: string,
  clock: Clock,
  takenOver: AbortSignal,
): Promise<number | "none" | "slow" | "taken over"> {
  const answer = Promise.withResolvers<number | "none" | "slow" | "taken over">();
  const { promise, resolve, reject } = answer;
  let streams = 0;
  let isLate = false;
  const count = (pid: number) => {
    streams += 1;
    if (streams === 2) resolve(isLate ? "slow" : pid);
  };
  const parts = [stream.stdout, stream.stderr].map((source) => {
    const reader = readAnnouncement(marker, count, () => {});
    const push = (chunk: Buffer) => reader.push(chunk);
    source.on("data", push);
    return { source, push };
  });
  stream.stdin.on("error", () => {}); // That the shell is gone is told by its exit.
  let callOff = startDeadline(clock, START_PATIENCE_MS, () => {
    isLate = true;
    stream.stdin.end();
    callOff = startDeadline(clock, END_PATIENCE_MS, () => resolve("slow"));
  });
  takenOver.addEventListener("abort", () => resolve("taken over"), { once: true });
  void stream.exit.then(({ code, signal }) => {
    if (code !== undefined || signal !== undefined) resolve("none");
    else reject(new LostError("it broke while a shell was started on it", false));
  });
  try {
    return await promise;
  } finally {
    callOff();
    for (const { source, push } of parts) source.off("data", push);
  }
}
