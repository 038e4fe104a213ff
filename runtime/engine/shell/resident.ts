// One shell that stays on its host and runs one script after another, each as a byte stream of its own.
import { Readable, Writable } from "node:stream";
import type { ByteStream, Exit } from "../transports/transport.ts";
import { readAnnouncement } from "./announcement.ts";
import { type EndOfScript, readEndMark } from "./end-mark.ts";
import { isSeen } from "./exit.ts";
import { MARKER_HEAD, buildRequest } from "./resident-program.ts";

/** Errors may overtake the announcement on the other stream, which was sent first: by so much, and they wait. */
const MOST_EARLY_BYTES = 64 * 1024;

export interface Resident {
  /**
   * Runs a script; resolves when it runs, with what a channel would give that ran `buildCommand(script, marker)`.
   * Undefined: the shell had ended before, and nothing was started. A script that ends behind `interrupted` keeps the shell until
   * its stream is closed: whoever stops it stops all that runs in the shell's session.
   */
  run(script: string, marker: string, interrupted: AbortSignal): Promise<ByteStream | undefined>;
  /** It ends by itself, and its host has room for another. */
  release(): void;
  /** Gives up at once, whatever runs on it. */
  close(): void;
}

/** `shell` is the channel on which it has announced itself with `pid`; `onFree` is called whenever the next script may come. */
export function createResident(shell: ByteStream, pid: number, onFree: () => void): Resident {
  let current: Run | undefined;
  let isGone = false;
  /** Something writes that belongs to a script which has ended: it would be taken for the next one's. */
  const giveUp = () => {
    isGone = true;
    if (current === undefined) shell.close();
  };
  shell.stdout.on("data", (chunk: Buffer) => (current?.pushOut ?? giveUp)(chunk));
  shell.stderr.on("data", (chunk: Buffer) => (current?.pushErr ?? giveUp)(chunk));
  shell.stdin.on("error", () => {}); // That the shell is gone is told by its exit.
  void shell.exit.then((exit) => {
    isGone = true;
    current?.lose(exit);
  });

  return {
    async run(script, marker, interrupted) {
      if (isGone) return undefined;
      let isOver = false;
      let isHeld = false;
      const free = () => {
        if (isGone) shell.close();
        else onFree();
      };
      const onOver = () => {
        current = undefined;
        isOver = true;
        isHeld = interrupted.aborted;
        if (!isHeld) free();
      };
      const run = startRun(shell, marker, onOver, giveUp);
      current = run;
      shell.stdin.write(buildRequest(marker, script));
      if (!(await run.begun)) return undefined;
      return {
        ...run.stream,
        /** What is in the session then is another script's. */
        get session() {
          return isOver && !isHeld ? undefined : pid;
        },
        close() {
          run.stream.close();
          if (isHeld) free();
          isHeld = false;
        },
      };
    },
    release: () => shell.stdin.end(),
    close: () => shell.close(),
  };
}

interface Run {
  readonly stream: ByteStream;
  pushOut(this: void, chunk: Buffer): void;
  pushErr(this: void, chunk: Buffer): void;
  /** False: it was never started. */
  readonly begun: Promise<boolean>;
  lose(exit: Exit): void;
}

/** `onOver` is called when it has ended and left nothing, `onStray` when something comes behind that all the same. */
function startRun(shell: ByteStream, marker: string, onOver: () => void, onStray: () => void): Run {
  const begun = Promise.withResolvers<boolean>();
  const out = createPart(shell.stdout);
  const err = createPart(shell.stderr);
  const early: Buffer[] = [];
  let earlyBytes = 0;
  let isAnnounced = false;
  let isOver = false;
  let end: EndOfScript | undefined;
  let marks = 0;
  let how: Exit = {};

  const finish = (exit: Exit) => {
    isOver = true;
    how = exit;
    out.end();
    err.end();
  };
  const onEnd = (said: EndOfScript) => {
    end = said;
    marks += 1;
    if (marks < 2 || said.left) return;
    finish(said.exit);
    onOver();
  };
  const onPid = (pid: number) => {
    isAnnounced = true;
    const line = Buffer.from(`${marker} ${pid}\n`);
    out.push(line);
    shell.stderr.resume();
    for (const chunk of [line, ...early]) err.push(chunk);
    begun.resolve(true);
  };
  const passErr = (chunk: Buffer) => {
    if (isAnnounced) return err.push(chunk);
    early.push(chunk);
    earlyBytes += chunk.length;
    if (earlyBytes > MOST_EARLY_BYTES) shell.stderr.pause();
  };
  const headed = `${MARKER_HEAD}${marker}`;
  const readPart = (push: (chunk: Buffer) => void) => {
    let isBehind = false;
    const passOn = (chunk: Buffer) => {
      if (isBehind) onStray();
      if (!isOver) push(chunk);
    };
    return readEndMark(headed, passOn, (said) => {
      isBehind = !said.left;
      onEnd(said);
    });
  };
  const outReader = readAnnouncement(headed, onPid, readPart(out.push));

  return {
    stream: {
      stdin: new Writable({ write: (_chunk, _encoding, done) => done() }),
      stdout: out.stream,
      stderr: err.stream,
      exit: Promise.all([out.ended, err.ended]).then(() => how),
      close: () => {
        if (!isOver) shell.close();
      },
    },
    pushOut: (chunk) => outReader.push(chunk),
    pushErr: readPart(passErr),
    begun: begun.promise,
    lose(exit) {
      const wasNeverStarted = !isAnnounced && isSeen(exit);
      begun.resolve(!wasNeverStarted);
      // How the shell ended says nothing of the script, and one mark nothing of what the other stream would have brought.
      finish(marks === 2 && end !== undefined ? end.exit : {});
    },
  };
}

interface Part {
  readonly stream: Readable;
  readonly ended: Promise<void>;
  push(this: void, chunk: Buffer): void;
  end(): void;
}

/** What is one script's of the source. Where nobody reads it, the source has to wait. */
function createPart(source: Readable): Part {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const stream = new Readable({ read: () => void source.resume() });
  stream.once("close", resolve);
  return {
    stream,
    ended,
    push(chunk) {
      if (!stream.push(chunk)) source.pause();
    },
    end() {
      stream.push(null);
      source.resume();
    },
  };
}
