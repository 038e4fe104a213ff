// Runs one script on any connection: in a process group of its own, with its output as it comes, until it ends or is stopped.
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { Clock } from "../waiting/clock.ts";
import type { ByteStream, Exit, OpenLine } from "../transports/transport.ts";
import { within } from "../waiting/within.ts";
import { orAborted } from "../waiting/or-aborted.ts";
import { type AnnouncementReader, readAnnouncement } from "./announcement.ts";
import { isSeen } from "./exit.ts";
import { type Interrupted, type StepWatch, reasonOf } from "./step-watch.ts";
import { type Leftover, stopGroup } from "./stop.ts";
import type { Grace } from "./stop-script.ts";

/** Starts a script on the host, on a channel of its own or by what is there already. */
export type StartScript = (sent: SentScript) => Promise<StartedScript>;

export interface SentScript {
  readonly script: string;
  /** What has to stand before the process id on both streams when the script starts. */
  readonly marker: string;
  readonly watch: StepWatch;
}

export interface StartedScript {
  readonly stream: ByteStream;
  /** What its standard input must be given once it has announced itself: the script itself, where that is too long for a line. */
  readonly input?: string | undefined;
}

export interface ExecuteOptions {
  /** Its times count at the latest when the script is started; whoever made it forgets it. */
  readonly watch: StepWatch;
  readonly clock: Clock;
  readonly grace?: Grace;
  /** Opens the second channel, through which the command is stopped. */
  readonly openControl: OpenLine;
  readonly onOutput: OnOutput;
  /** What the script reads from its standard input, asked for once it runs; without it nothing. */
  readonly input?: (() => Readable) | undefined;
}

/**
 * Takes a chunk of output. It may answer with a promise, which never rejects: until that resolves nothing more of this stream is
 * read, so that the host has to wait. What was under way already still comes.
 */
export type OnOutput = (stream: "out" | "err", chunk: Buffer) => Promise<void> | void;

/** How a script ended on its host. */
export type ShellEnd =
  | { readonly kind: "code"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  /** The connection broke: the command may have ended, or may still run as this process. */
  | { readonly kind: "lost"; readonly pid?: number }
  /** The login shell never handed the command on; `noise` is what it said instead. */
  | { readonly kind: "notStarted"; readonly exit: Exit; readonly noise: string }
  | { readonly kind: "stopped"; readonly reason: Interrupted; readonly leftover: Leftover };

const DEFAULT_GRACE: Grace = { termMs: 5000, killMs: 2000 };
/** How long output that is already under way may take after everything was stopped. */
const LAST_OUTPUT_MS = 1000;
/** How long the host may take to say that nobody writes any more. */
const END_PATIENCE_MS = 5000;
const HELD: Leftover = {
  kind: "unknown",
  reason: "its processes are gone, but something that left them holds its output",
};
/** How long a script may take to start before what it should read is given up: a forced command may wait for an input's end. */
const START_PATIENCE_MS = 30_000;

/** Rejects only when the script could not be started, as `start` does. */
export async function execute(
  start: StartScript,
  script: string,
  options: ExecuteOptions,
): Promise<ShellEnd> {
  const { watch, clock, openControl, grace = DEFAULT_GRACE } = options;
  const command = await startCommand(start, script, options);
  watch.startTimes();
  const { stream, pid } = command;
  const seen = await endOrInterruption(stream, watch.signal);
  if (seen !== undefined) {
    if (watch.signal.aborted) stream.close(); // A resident shell waits for it.
    return describeExit(seen, command);
  }
  const { session, exit: ended } = stream;
  const leftover = await stopGroup({ pid, session, ended, openControl, clock, grace });
  await within(clock, LAST_OUTPUT_MS, stream.exit);
  command.mute();
  const isHeld = leftover.kind === "nothing" && !(await drain(stream, clock));
  stream.close();
  return {
    kind: "stopped",
    reason: reasonOf(watch.signal),
    leftover: isHeld ? HELD : leftover,
  };
}

/** Undefined: the interruption came first. */
function endOrInterruption({ exit }: ByteStream, signal: AbortSignal): Promise<Exit | undefined> {
  return orAborted(exit, signal).catch(() => undefined); // It is the signal that rejects.
}

interface Started {
  readonly stream: ByteStream;
  readonly out: AnnouncementReader;
  readonly err: AnnouncementReader;
  readonly pid: Promise<number>;
  readonly knownPid: () => number | undefined;
  /** From now on no output is passed on. */
  readonly mute: () => void;
}

async function startCommand(
  start: StartScript,
  script: string,
  options: ExecuteOptions,
): Promise<Started> {
  const { watch, onOutput } = options;
  const marker = randomBytes(16).toString("hex");
  const { stream, input } = await start({ script, marker, watch });
  const { promise: pid, resolve } = Promise.withResolvers<number>();
  let knownPid: number | undefined;
  let muted = false;
  const passOn = (name: "out" | "err", source: Readable) => (chunk: Buffer) => {
    if (muted) return;
    const room = onOutput(name, chunk);
    watch.hear(room);
    waitFor(room, source);
  };
  const announce = (announced: number) => {
    knownPid = announced;
    resolve(announced);
  };
  const out = readAnnouncement(marker, announce, passOn("out", stream.stdout));
  const err = readAnnouncement(marker, announce, passOn("err", stream.stderr));
  stream.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  stream.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  stream.stdin.on("error", () => {}); // A command that reads no input may close it before we are done.
  const openInput =
    options.input ?? (input === undefined ? undefined : () => Readable.from([input]));
  if (openInput === undefined) stream.stdin.end();
  else void feedOnceStarted(stream, pid, openInput, options);
  return { stream, out, err, pid, knownPid: () => knownPid, mute: () => (muted = true) };
}

/** Reads no more of a stream until whoever takes its output has room again. */
function waitFor(room: Promise<void> | void, source: Readable): void {
  if (room === undefined) return;
  source.pause();
  void room.then(() => source.resume());
}

/**
 * Not before the script runs, because start-up files may read what is not meant for them, and not once it is interrupted: a
 * signal that falls between a shell's fork and the command is lost, the input's end is not.
 */
async function feedOnceStarted(
  stream: ByteStream,
  started: Promise<number>,
  openInput: () => Readable,
  { watch, clock }: ExecuteOptions,
): Promise<void> {
  const first = await within(clock, START_PATIENCE_MS, Promise.race([started, stream.exit]));
  // sudo that was slow had its input ended; a write behind that would close the channel.
  if (typeof first !== "number" || stream.stdin.writableEnded) {
    stream.stdin.end();
    return;
  }
  const input = openInput();
  // Whoever made it knows that it broke; the script sees its end.
  input.on("error", () => stream.stdin.end());
  input.on("data", () => watch.hear());
  input.pipe(stream.stdin);
  await endOrInterruption(stream, watch.signal);
  input.destroy();
  stream.stdin.end();
}

/** Whether the stream ends: what has left the command and cannot be found may still hold it open. */
async function drain({ stdout, stderr, exit }: ByteStream, clock: Clock): Promise<boolean> {
  stdout.resume();
  stderr.resume();
  return (await within(clock, END_PATIENCE_MS, exit)) !== undefined;
}

function describeExit(exit: Exit, { out, err, knownPid }: Started): ShellEnd {
  const pid = knownPid();
  if (!isSeen(exit)) {
    return { kind: "lost", ...(pid !== undefined && { pid }) };
  }
  if (pid === undefined) {
    const noise = [err.noise(), out.noise()].filter((text) => text !== "").join("\n");
    return { kind: "notStarted", exit, noise };
  }
  if (exit.signal !== undefined) return { kind: "signal", signal: exit.signal };
  return { kind: "code", code: exit.code ?? 0 };
}
