// Runs a command line as another user, by the host's own sudo: its password goes to sudo's standard input, and only when it asks.
import { randomBytes } from "node:crypto";
import type { Clock } from "../waiting/clock.ts";
import { within } from "../waiting/within.ts";
import { type ConnectionError, LostError } from "../host-errors.ts";
import type { KnownAnswer } from "../questions/known-answer.ts";
import type { ByteStream, Exit, OpenLine } from "../transports/transport.ts";
import { quote } from "../quote.ts";
import { isSeen } from "./exit.ts";
import {
  createSudoDialogue,
  type Sign,
  type SudoDialogue,
  type SudoMarks,
} from "./sudo-dialogue.ts";
import { describeSilence, describeSudoRefusal, describeWrongPassword } from "./sudo-refusal.ts";

/** As whom, and who knows the password. */
export interface SudoAccess {
  /** Undefined: root. */
  readonly user: string | undefined;
  /** For `user@host:port`. Called only when sudo asks. Rejects with `ConnectionError`, or with the signal's reason. */
  password(account: string, signal: AbortSignal): Promise<KnownAnswer>;
}

export interface SudoOptions {
  readonly access: SudoAccess;
  /** `user@host:port`, for messages. */
  readonly place: string;
  /** The same for questions, where `place` says more than that. */
  readonly account?: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

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
export function throughSudo(open: OpenLine, options: SudoOptions): OpenLine {
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
  const { access, place, account = place, clock, signal } = options;
  const dialogue = createSudoDialogue(stream.stderr, marks);
  let given: KnownAnswer | undefined;
  let mayHaveStarted = true;
  let next = dialogue.next();
  for (let tries = 0; ; tries++) {
    const sign = await within(clock, PATIENCE_MS, next, signal);
    if (sign === "entered") {
      given?.right();
      return stream;
    }
    if (sign === undefined) {
      return leaveOrEnter(stream, { dialogue, next, given }, options);
    }
    if (sign === "ended") {
      const said = dialogue.said();
      const because = saysWrong(tries, said) ? given?.wrong().because : undefined;
      throw await describeEnd(stream, { said, tries, mayHaveStarted, because }, options);
    }
    next = dialogue.next();
    try {
      const after = given?.wrong();
      if (after?.isAskedAgain === false || tries === MOST_TRIES) {
        throw describeWrongPassword(place, after?.because);
      }
      given = await access.password(account, signal);
    } catch (error) {
      await leave(stream, clock);
      throw error;
    }
    // Who still asked when the connection broke has not let anybody in.
    mayHaveStarted = !dialogue.isOver();
    stream.stdin.write(`${given.value}\n`);
  }
}

interface Silent {
  readonly dialogue: SudoDialogue;
  readonly next: Promise<Sign>;
  readonly given: KnownAnswer | undefined;
}

/**
 * With its input at an end sudo ends too, unless it needs no more of it and lets us in after all: then the command runs, and is
 * as good as any other. What should be read from its input says itself that it did not come.
 */
async function leaveOrEnter(
  stream: ByteStream,
  { dialogue, next, given }: Silent,
  { place, clock, signal }: SudoOptions,
): Promise<ByteStream> {
  const said = dialogue.said();
  stream.stdin.end();
  const sign = await within(clock, LEAVING_MS, next);
  if (sign === "entered") {
    given?.right();
    return stream;
  }
  // Whoever is given one that says nothing looks on the host what became of it.
  if (sign === undefined && signal.aborted) {
    dialogue.leave();
    return stream;
  }
  const exit = await leave(stream, clock);
  if (sign === undefined) throw new LostError("sudo neither let us in nor ended", true);
  if (!isSeen(exit)) throw describeLoss(true);
  signal.throwIfAborted();
  throw describeSilence(said, place);
}

/** How it ended; nothing, where it was not seen to end. */
async function leave(stream: ByteStream, clock: Clock): Promise<Exit> {
  stream.stdin.end();
  stream.stdout.resume();
  stream.stderr.resume();
  const exit = await within(clock, LEAVING_MS, stream.exit);
  stream.close();
  return exit ?? {};
}

interface Ended {
  readonly said: string;
  readonly tries: number;
  readonly mayHaveStarted: boolean;
  /** Why no other password may be asked for. */
  readonly because: string | undefined;
}

async function describeEnd(
  stream: ByteStream,
  { said, tries, mayHaveStarted, because }: Ended,
  { place, access, clock }: SudoOptions,
): Promise<ConnectionError | LostError> {
  const exit = await leave(stream, clock);
  if (!isSeen(exit)) return describeLoss(mayHaveStarted);
  if (saysWrong(tries, said)) return describeWrongPassword(place, because);
  return describeSudoRefusal(said, { place, user: access.user, exit });
}

function describeLoss(mayHaveStarted: boolean): LostError {
  return new LostError("the connection broke while sudo was asked", mayHaveStarted);
}

function saysWrong(tries: number, said: string): boolean {
  return tries >= MOST_TRIES || (tries > 0 && /incorrect password|try again/iu.test(said));
}
