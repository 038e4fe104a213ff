// What becomes of a command when sudo is slow, or the connection breaks while it asks: nothing that may run is called not started.
import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { type Clock, systemClock } from "../waiting/clock.ts";
import { ConnectionError, LostError } from "../host-errors.ts";
import type { ByteStream, Exit } from "../transports/transport.ts";
import { throughSudo } from "./sudo.ts";

/** The far end of a channel in which sudo runs. */
class SudoHost {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly #exit = Promise.withResolvers<Exit>();
  #line = "";

  open = (line: string): Promise<ByteStream> => {
    this.#line = line;
    const { stdin, stdout, stderr } = this;
    const close = () => this.end({});
    return Promise.resolve({ stdin, stdout, stderr, exit: this.#exit.promise, close });
  };

  ask(): void {
    this.stderr.write(/ -p (\w+)/u.exec(this.#line)?.[1]);
  }

  enter(): void {
    this.stderr.write(`${/ sh (\w{32}) /u.exec(this.#line)?.[1] ?? ""}\n`);
  }

  /** `{}`: the connection broke. */
  end(exit: Exit): void {
    this.stdout.end();
    this.stderr.end();
    this.#exit.resolve(exit);
  }
}

/** That much of its time is over at once. */
function makeHasty(ms: number): Clock {
  let leftMs = ms;
  return {
    ...systemClock,
    after(sliceMs, callback) {
      if (leftMs <= 0) return systemClock.after(sliceMs, callback);
      leftMs -= sliceMs;
      setImmediate(callback);
      return () => {};
    },
  };
}

const { signal: never } = new AbortController();
const giveRight = () => Promise.resolve("right");

function open(host: SudoHost, clock: Clock, askPassword = giveRight, signal = never) {
  const password = async () => {
    const value = await askPassword();
    return { value, right() {}, wrong: () => ({ isAskedAgain: true }) };
  };
  const access = { user: undefined, password };
  return throughSudo(host.open, { access, place: "me@web:22", clock, signal })("true");
}

const isLost = (commandSent: boolean) => (error: unknown) =>
  error instanceof LostError && error.commandSent === commandSent;

test("sudo that lets in after its time has run the command, whose end is told", async () => {
  const host = new SudoHost();
  host.stdin.resume().on("end", () => {
    host.enter();
    host.stderr.write("said by the command");
    host.end({ code: 3 });
  });
  const stream = await open(host, makeHasty(30_000));
  stream.stdout.resume();
  assert.equal(String(stream.stderr.read()), "said by the command");
  assert.deepEqual(await stream.exit, { code: 3 });
});

test("cancelled while sudo says nothing: whoever has the stream then reads each byte once", async () => {
  const host = new SudoHost();
  const stream = await open(host, makeHasty(50_000), giveRight, AbortSignal.abort());
  let said = "";
  stream.stderr.on("data", (chunk: Buffer) => (said += String(chunk)));
  host.enter();
  host.stderr.end("said by the command");
  await once(stream.stderr, "end");
  assert.equal(said.split("said by the command").length, 2);
});

test("sudo that has said nothing and is gone is told as silent", async () => {
  const host = new SudoHost();
  host.stdin.resume().on("end", () => host.end({ code: 1 }));
  await assert.rejects(
    open(host, makeHasty(30_000)),
    (error) => error instanceof ConnectionError && error.kind === "timedOut",
  );
});

test("sudo that asks only when its time is over is not answered", async () => {
  const host = new SudoHost();
  host.stdin.resume().on("end", () => {
    host.ask();
    setImmediate(() => host.end({ code: 1 }));
  });
  await assert.rejects(
    open(host, makeHasty(30_000), () => assert.fail("nobody is asked any more")),
    (error) => error instanceof ConnectionError && error.kind === "timedOut",
  );
});

test("cancelled while sudo says nothing: nothing was started, unless it lets in all the same", async () => {
  const reason = new Error("cancelled");
  const cancelled = AbortSignal.abort(reason);
  const leaving = new SudoHost();
  leaving.stdin.resume().on("end", () => leaving.end({ code: 1 }));
  await assert.rejects(
    open(leaving, systemClock, giveRight, cancelled),
    (error) => error === reason,
  );
  const entering = new SudoHost();
  entering.stdin.resume().on("end", () => entering.enter());
  const stream = await open(entering, systemClock, giveRight, cancelled);
  stream.close();
});

test("sudo that is not seen to end may still run the command", async () => {
  const silent = new SudoHost();
  await assert.rejects(open(silent, makeHasty(50_000)), isLost(true));
  const broken = new SudoHost();
  broken.stdin.resume().on("end", () => broken.end({}));
  await assert.rejects(open(broken, makeHasty(30_000)), isLost(true));
});

test("when the connection breaks, only who still asked has not started the command", async () => {
  const early = new SudoHost();
  const opening = open(early, systemClock);
  early.end({});
  await assert.rejects(opening, isLost(true));

  const answered = new SudoHost();
  answered.stdin.once("data", () => answered.end({}));
  const answering = open(answered, systemClock);
  answered.ask();
  await assert.rejects(answering, isLost(true));

  const asking = new SudoHost();
  const asked = open(asking, systemClock, async () => {
    asking.end({});
    await once(asking.stderr, "end");
    return "right";
  });
  asking.ask();
  await assert.rejects(asked, isLost(false));
});
