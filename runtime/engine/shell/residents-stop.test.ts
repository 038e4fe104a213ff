// What becomes of scripts for resident shells, and of their neighbours, when they are cancelled or their time is over.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { type Machine, makeHanging, startMachine } from "../../../test/lab/shell-machine.ts";
import { makeFlyingClock } from "../../../test/support/flying-clock.ts";
import { isRunning } from "../../../test/support/processes.ts";
import { temporaryFolder } from "../../../test/support/temporary.ts";
import { until } from "../../../test/support/until.ts";
import { LostError } from "../host-errors.ts";
import type { ByteStream } from "../transports/transport.ts";
import type { ShellEnd } from "./execute.ts";
import { Interrupted } from "./step-watch.ts";

/** Nobody knows what it does: it may be a forced command. */
const NOT_READY = new LostError("its login shell was not ready", true);
const CANCELLED = {
  kind: "stopped",
  reason: new Interrupted("cancelled", "cancelled"),
  leftover: { kind: "nothing" },
};

test("scripts that wait for the first shell have times of their own, and take channels when it comes to nothing", async (t) => {
  const { shell } = await makeHanging(t);
  const { clock, fly, land } = makeFlyingClock(20);
  const machine = await startMachine(t, shell, { clock });
  fly();
  const [first, ...others] = await Promise.allSettled(
    [1, 2, 3].map(() => machine.run("echo never", { stepTimeoutMs: 1000 })),
  );
  assert.deepEqual(first, { status: "rejected", reason: NOT_READY });
  const reason = new Interrupted("stepTime", "timed out after 1 s");
  for (const other of others) assert.deepEqual(other, { status: "rejected", reason });
  assert.equal(machine.opened(), 1, "the first shell");
  land();
  const controller = new AbortController();
  const cancelled = machine.run("echo never", { signal: controller.signal });
  const running = [machine.run("exit 3"), machine.run("exit 4")];
  await until("another shell is started", () => machine.opened() === 2);
  controller.abort();
  await assert.rejects(cancelled, NOT_READY);
  assert.deepEqual(
    (await Promise.all(running)).map(({ end }) => end),
    [
      { kind: "code", code: 3 },
      { kind: "code", code: 4 },
    ],
  );
  assert.equal(machine.opened(), 4, "two channels");
});

test("a step's times count while it waits for a session behind a login shell that came to nothing", async (t) => {
  const { shell } = await makeHanging(t);
  const hasRoom = (opened: number) =>
    opened === 0 ? Promise.resolve() : new Promise<void>(() => {});
  const { clock, fly } = makeFlyingClock(20);
  const machine = await startMachine(t, shell, { clock, hasRoom });
  fly();
  await assert.rejects(machine.run("echo never", { stepTimeoutMs: 20_000 }), {
    name: "Interrupted",
    why: "stepTime",
  });
  assert.equal(machine.opened(), 1, "the shell");
});

test("a step's times and a cancel end the waiting for a login shell that hangs, which is told and closed", async (t) => {
  const { shell } = await makeHanging(t);
  const controller = new AbortController();
  const interruptions = {
    stepTime: { stepTimeoutMs: 1000 },
    idleTime: { idleTimeoutMs: 1000 },
    cancelled: { signal: controller.signal },
  };
  for (const [why, interruption] of Object.entries(interruptions)) {
    const { clock, fly } = makeFlyingClock(20);
    const machine = await startMachine(t, shell, { clock });
    const rejected = assert.rejects(machine.run("echo never", interruption), NOT_READY);
    if (why === "cancelled") {
      await until("the shell is started", () => machine.living() === 1);
      controller.abort();
    } else {
      fly();
    }
    await rejected;
    await until("nothing runs", () => machine.living() === 0);
    assert.equal(machine.opened(), 1);
  }
});

test("a cancel while a shell starts that is soon ready: nothing was started, and the next script has that shell", async (t) => {
  const folder = await temporaryFolder(t);
  const [shell, go] = [path.join(folder, "shell"), path.join(folder, "go")];
  const wait = `until test -e ${go}; do sleep 0.02; done; exec bash "$@"`;
  await writeFile(shell, `#!/bin/sh\n${wait}\n`, { mode: 0o755 });
  const machine = await startMachine(t, shell);
  const controller = new AbortController();
  const cancelled = machine.run("echo never", { signal: controller.signal });
  const rejected = assert.rejects(cancelled, new Interrupted("cancelled", "cancelled"));
  await until("the shell is started", () => machine.living() === 1);
  controller.abort();
  await writeFile(go, "");
  await rejected;
  assert.deepEqual((await machine.run("exit 3")).end, { kind: "code", code: 3 });
  assert.equal(machine.opened(), 1);
});

/** Two scripts, of which each shell that may be free gets one: they run until the file is there. */
async function startOthers({ run }: Machine, file: string) {
  const up: Promise<void>[] = [];
  const ran = [1, 2].map((code) => {
    const { promise, resolve: onOutput } = Promise.withResolvers<void>();
    up.push(promise);
    return run(`echo up; ${waitFor(file)}; exit ${code}`, { onOutput: () => onOutput() });
  });
  await Promise.race([Promise.all(up), Promise.all(ran)]);
  return async () => {
    await writeFile(file, "");
    return (await Promise.all(ran)).map(({ end }) => end);
  };
}

function waitFor(file: string): string {
  return `while [ ! -e ${file} ]; do sleep 0.05; done`;
}

const others = [
  { kind: "code", code: 1 },
  { kind: "code", code: 2 },
];

test("a script that ends while it is being stopped keeps its shell: no other one is stopped with it", async (t) => {
  const machine = await startMachine(t, "/bin/sh");
  const folder = await temporaryFolder(t);
  const [end, go] = [path.join(folder, "end"), path.join(folder, "go")];
  const controller = new AbortController();
  let pid = 0;
  let finishOthers = async (): Promise<ShellEnd[]> => [];
  const { end: stopped } = await machine.run(`echo $$; ${waitFor(end)}`, {
    signal: controller.signal,
    onOutput(_stream, chunk) {
      pid = Number(chunk);
      controller.abort();
    },
    async openControl(line) {
      await writeFile(end, "");
      await until("it has ended", async () => !(await isRunning(pid)));
      await machine.run("true"); // By now its end has been told.
      finishOthers = await startOthers(machine, go);
      return machine.open(line);
    },
  });
  assert.deepEqual(stopped, CANCELLED);
  assert.deepEqual(await finishOthers(), others);
});

test("a script that has ended, and whose output waits for room, is cancelled without the next one on its shell", async (t) => {
  const machine = await startMachine(t, "/bin/sh");
  const go = path.join(await temporaryFolder(t), "go");
  const controller = new AbortController();
  const { promise: room, resolve: giveRoom } = Promise.withResolvers<void>();
  const { promise: first, resolve: onFirst } = Promise.withResolvers<number>();
  const running = machine.run("echo $$; echo last", {
    signal: controller.signal,
    onOutput(_stream, chunk) {
      onFirst(Number.parseInt(chunk.toString()));
      return room;
    },
  });
  const pid = await first;
  await until("it has ended", async () => !(await isRunning(pid)));
  await machine.run("true"); // By now its end has been told.
  const finishOthers = await startOthers(machine, go);
  controller.abort();
  const { end } = await running;
  giveRoom();
  assert.deepEqual(end, CANCELLED);
  assert.deepEqual(await finishOthers(), others);
});

test("a shell that is held while its script is stopped is let go, also when nobody hears the end of that", async (t) => {
  const machine = await startMachine(t, "/bin/sh");
  const controller = new AbortController();
  const { promise: asked, resolve: ask } = Promise.withResolvers<ByteStream>();
  let shell = 0;
  const isHeld = async () =>
    /^\d+ \(bash\) T /u.test(await readFile(`/proc/${shell}/stat`, "utf8"));
  const running = machine.run("echo $PPID; trap '' TERM; while :; do sleep 0.05; done", {
    signal: controller.signal,
    onOutput(_stream, chunk) {
      shell = Number(chunk);
      controller.abort();
    },
    async openControl(line) {
      const control = await machine.open(line);
      ask(control);
      return control;
    },
  });
  const control = await asked;
  await until("the shell is held", isHeld);
  control.close();
  assert.equal((await running).end.kind, "stopped");
  await until("the shell goes on, and ends", async () => !(await isRunning(shell)));
});
