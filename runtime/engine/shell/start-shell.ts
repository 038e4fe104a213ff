// Starts a shell that stays: a login shell becomes the program that takes scripts, or shows that on this host it does not.
import { randomBytes } from "node:crypto";
import type { Clock } from "../waiting/clock.ts";
import { startDeadline } from "../waiting/deadline.ts";
import { ConnectionError, LostError, SilentError } from "../host-errors.ts";
import type { ByteStream } from "../transports/transport.ts";
import { readAnnouncement } from "./announcement.ts";
import { isSeen } from "./exit.ts";
import type { OpenChannel } from "./open-channel.ts";
import { buildResidentLine } from "./resident-program.ts";

/** How long a login shell may take to become ours before its input is ended: what was a forced command then ends, too. */
const START_PATIENCE_MS = 5000;
/** How long it may take to end then, or to become ours once the step is interrupted, before it is closed. */
const END_PATIENCE_MS = 2000;

export interface ShellStart {
  readonly open: (line: string) => Promise<OpenChannel>;
  /** Called when there is a channel, on which the login shell has yet to become ours. */
  readonly onOpen: () => void;
  readonly clock: Clock;
  /** Aborting gives the shell up, unless it is ready soon. */
  readonly signal: AbortSignal;
}

export interface StartedShell {
  readonly channel: OpenChannel;
  readonly pid: number;
}

/**
 * "none": it has ended instead, "slow": it does not become ours in time. Rejects as `open` does, with `LostError` when the
 * connection breaks, and when it is not ready soon after the signal is aborted: nobody knows then what a forced command does.
 */
export async function startShell(start: ShellStart): Promise<StartedShell | "none" | "slow"> {
  const { open, onOpen, signal } = start;
  const marker = randomBytes(16).toString("hex");
  const channel = await open(buildResidentLine(marker)).catch((error: unknown) => {
    throw describeNoShell(error, signal);
  });
  onOpen();
  try {
    const pid = await readAnswer(channel, marker, start);
    if (typeof pid === "number") return { channel, pid };
    channel.close();
    return pid;
  } catch (error) {
    channel.close();
    throw error;
  }
}

/** Whatever became of the shell: it was told nothing of the script. */
function describeNoShell(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof SilentError) {
    if (signal.aborted) return describeUnready();
    return new ConnectionError(
      "timedOut",
      `timed out after ${error.silentMs / 1000} s while starting a shell (${error.place}); nothing of the script was sent`,
      "the host is very busy or has gone away; try again, or give it more time with connectTimeoutMs",
      { cause: error },
    );
  }
  return error instanceof LostError ? new LostError(error.message, false) : error;
}

function describeUnready(): LostError {
  return new LostError("its login shell was not ready", true);
}

/** The process id by which the shell announces itself on both streams, behind what start-up files say. */
async function readAnswer(
  stream: ByteStream,
  marker: string,
  { clock, signal }: ShellStart,
): Promise<number | "none" | "slow"> {
  const { promise, resolve, reject } = Promise.withResolvers<number | "none" | "slow">();
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
  const abort = () => {
    callOff();
    callOff = startDeadline(clock, END_PATIENCE_MS, () => reject(describeUnready()));
  };
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  void stream.exit.then((exit) => {
    if (isSeen(exit)) resolve("none");
    else reject(new LostError("it broke while a shell was started on it", false));
  });
  try {
    return await promise;
  } finally {
    callOff();
    signal.removeEventListener("abort", abort);
    for (const { source, push } of parts) source.off("data", push);
  }
}
