// Runs a command line as another user, by the host's own sudo: its password goes to sudo's standard input, and only when it asks.
import { randomBytes } from "node:crypto";
import type { Clock } from "../waiting/clock.ts";
import { startDeadline } from "../waiting/deadline.ts";
import { within } from "../waiting/within.ts";
import { type ConnectionError, LostError } from "../host-errors.ts";
import type { ByteStream } from "../transports/transport.ts";
import { quote } from "../quote.ts";
import { createSudoDialogue, type Sign, type SudoMarks } from "./sudo-dialogue.ts";
import { describeSilence, describeSudoRefusal, describeWrongPassword } from "./sudo-refusal.ts";

/** As whom, and who knows the password. */
export interface SudoAccess {
  /** Undefined: root. */
  readonly user: string | undefined;
  /** Called only when sudo asks. Rejects with `ConnectionError`, or with the signal's reason. */
  password(place: string, signal: AbortSignal): Promise<SudoPassword>;
}

export interface SudoPassword {
  readonly value: string;
  /** sudo did not take it: true when another one may be asked for. */
  wrong(): boolean;
}

export interface SudoOptions {
  readonly access: SudoAccess;
  /** `user@host:port`, for messages and questions. */
  readonly place: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

type OpenCommand = (line: string) => Promise<ByteStream>;

/** How often sudo is given a password; it gives up by itself at this, as it comes. */
const MOST_TRIES = 3;
/** How long sudo may say nothing: a directory service that checks a password takes its time. */
const PATIENCE_MS = 30_000;
/** How long it may take to end once its input has. */
const LEAVING_MS = 10_000;

/**
 * Opens command lines as another user. What it gives is past the password: its standard input is the command's own. Rejects with
 * `ConnectionError` when sudo lets nobody in, and with the signal's reason when that is aborted before it does.
 */
export function throughSudo(open: OpenCommand, options: SudoOptions): OpenCommand {
  return async (line) => {
    const marks = { prompt: makeMark(), entry: makeMark() };
    const stream = await open(buildSudoLine(line, options.access.user, marks));
    stream.stdin.on("error", () => {}); // sudo may end before it is answered
    return enter(stream, marks, options);
  };
}

/** Without `%`, which means something in sudo's prompt. */
function makeMark(): string {
  return randomBytes(16).toString("hex");
}

/**
 * The shell that sudo starts stays between it and the command: sudo stops itself when its own child is stopped, and whoever
 * ends the command stops it first. So a command that a signal ended has the exit code that shells give it, 128 and more.
 */
const WITHIN = 'echo "$1" >&2; sh -c "$2"; exit';

function buildSudoLine(line: string, user: string | undefined, marks: SudoMarks): string {
  const whom = user === undefined ? "" : `-u ${quote(user)} `;
  const inside = `${quote(WITHIN)} sh ${marks.entry} ${quote(line)}`;
  return `exec sudo -S -p ${marks.prompt} ${whom}-- sh -c ${inside}`;
}

async function enter(
  stream: ByteStream,
  marks: SudoMarks,
  options: SudoOptions,
): Promise<ByteStream> {
  const { access, place, clock, signal } = options;
  const dialogue = createSudoDialogue(stream.stderr, marks);
  let given: SudoPassword | undefined;
  for (let tries = 0; ; tries++) {
    const next = dialogue.next();
    const sign = await firstOf(next, clock, PATIENCE_MS, signal);
    if (sign === "entered") return stream;
    if (sign === "aborted") return leaveOrEnter(stream, next, options);
    if (sign === "ended") {
      if (given !== undefined && saysWrong(tries, dialogue.said())) given.wrong();
      throw await describeEnd(stream, dialogue.said(), tries, options);
    }
    try {
      if (sign === "silent") throw describeSilence(dialogue.said(), place);
      const isOver = given !== undefined && !given.wrong();
      if (isOver || tries === MOST_TRIES) throw describeWrongPassword(place);
      given = await access.password(place, signal);
    } catch (error) {
      await leave(stream, clock);
      throw error;
    }
    stream.stdin.write(`${given.value}\n`);
  }
}

type Waited = Sign | "silent" | "aborted";

function firstOf(
  sign: Promise<Sign>,
  clock: Clock,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<Waited> {
  const { promise, resolve } = Promise.withResolvers<Waited>();
  const abort = () => resolve("aborted");
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort, { once: true });
  const callOff = startDeadline(clock, patienceMs, () => resolve("silent"));
  void sign.then(resolve);
  return promise.finally(() => {
    callOff();
    signal?.removeEventListener("abort", abort);
  });
}

/** With its input at an end sudo ends too, unless it has just let us in: then the command runs, and has to be stopped. */
async function leaveOrEnter(
  stream: ByteStream,
  next: Promise<Sign>,
  { clock, signal }: SudoOptions,
): Promise<ByteStream> {
  stream.stdin.end();
  // Whoever is given one that says nothing looks on the host what became of it.
  if ((await firstOf(next, clock, LEAVING_MS)) !== "ended") return stream;
  await leave(stream, clock);
  throw signal.reason;
}

async function leave(stream: ByteStream, clock: Clock): Promise<void> {
  stream.stdin.end();
  stream.stdout.resume();
  stream.stderr.resume();
  await within(clock, LEAVING_MS, stream.exit);
  stream.close();
}

async function describeEnd(
  stream: ByteStream,
  said: string,
  tries: number,
  { place, access, clock }: SudoOptions,
): Promise<ConnectionError | LostError> {
  await leave(stream, clock);
  const exit = await stream.exit;
  if (exit.code === undefined && exit.signal === undefined) {
    return new LostError("the connection broke while sudo was asked", false);
  }
  if (saysWrong(tries, said)) return describeWrongPassword(place);
  return describeSudoRefusal(said, { place, user: access.user, exit });
}

function saysWrong(tries: number, said: string): boolean {
  return tries >= MOST_TRIES || (tries > 0 && /incorrect password|try again/iu.test(said));
}
