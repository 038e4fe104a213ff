// Resident shells under every login shell, and a channel for each script where there can be none.
import assert from "node:assert/strict";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { runCommand } from "../../../test/lab/run-command.ts";
import { isRunning } from "../../../test/support/processes.ts";
import { temporaryFolder } from "../../../test/support/temporary.ts";
import { until } from "../../../test/support/until.ts";
import { type Clock, systemClock } from "../waiting/clock.ts";
import { createLocalTransport } from "../transports/local/local.ts";
import type { ByteStream } from "../transports/transport.ts";
import { type ExecuteOptions, type ShellEnd, execute } from "./execute.ts";
import type { InterruptionOptions } from "./interruption.ts";
import { createResidents } from "./residents.ts";

const quick: Clock = {
  ...systemClock,
  elapsed: () => systemClock.elapsed() * 20,
  after: (ms, callback) => systemClock.after(ms / 20, callback),
};
const { signal: never } = new AbortController();

interface Ran {
  readonly end: ShellEnd;
  readonly out: string;
  readonly err: string;
}

type RunOptions = Partial<InterruptionOptions & Pick<ExecuteOptions, "onOutput" | "openControl">>;

interface Machine {
  run(script: string, options?: RunOptions): Promise<Ran>;
  /** Opens a command line beside the shells. */
  open(line: string): Promise<ByteStream>;
  /** Command lines that were handed to the login shell. */
  opened(): number;
  /** How many of them nobody has closed, and have not ended. */
  living(): number;
}

async function find(program: string): Promise<string> {
  return (await runCommand("sh", ["-c", `command -v ${program}`])).trim();
}

async function startMachine(
  t: TestContext,
  loginShell: string,
  more: { environment?: Readonly<Record<string, string>>; clock?: Clock } = {},
): Promise<Machine> {
  const HOME = await temporaryFolder(t);
  const { clock = systemClock, environment } = more;
  const transport = createLocalTransport({
    environment: { PATH: process.env["PATH"] ?? "", HOME, ...environment },
    shell: loginShell,
  });
  const target = { host: "localhost", auth: {}, connectTimeoutMs: 1000 };
  const connection = await (await transport.route(target)).connect(1000, never);
  t.after(() => connection.dispose());
  let opened = 0;
  const living = new Set<object>();
  const open = async (line: string) => {
    opened += 1;
    const stream = await connection.open(line);
    const end = () => void living.delete(stream);
    living.add(stream);
    void stream.exit.then(end);
    const close = () => {
      stream.close();
      end();
    };
    const answerWithin = <T>(_timeoutMs: number, answer: Promise<T>) => answer;
    return { ...stream, close, rest: () => () => {}, answerWithin };
  };
  const room = { open, wereUsed: () => true };
  const residents = createResidents(room, clock);
  return {
    open,
    opened: () => opened,
    living: () => living.size,
    async run(script, options) {
      const text = { out: "", err: "" };
      const end = await execute((line, sent) => residents.open(line, sent, 1000, never), script, {
        signal: never,
        openControl: open,
        ...options,
        clock,
        onOutput(stream, chunk) {
          text[stream] += chunk.toString();
          return options?.onOutput?.(stream, chunk);
        },
      });
      return { end, ...text };
    },
  };
}

const NASTY = String.raw`it's "quoted" \ \\ \' $HOME !! ! {a,b} *`;

/** The same whatever runs it. */
async function assertRuns({ run }: Machine): Promise<void> {
  const quoted = `'${NASTY.replaceAll("'", String.raw`'\''`)}'`;
  const shown = await run(`printf '%s|' ${quoted}; echo err >&2; exit 3`);
  assert.deepEqual(shown, { end: { kind: "code", code: 3 }, out: `${NASTY}|`, err: "err\n" });
  assert.equal((await run('echo "$0 $# $(cat)"')).out, "sh 0 \n");
  for (const name of ["TERM", "INT", "KILL", "PIPE"]) {
    const { end } = await run(`kill -${name} $$`);
    assert.deepEqual(end, { kind: "signal", signal: `SIG${name}` });
  }
  for (const code of [130, 137, 141, 143]) {
    assert.deepEqual((await run(`exit ${code}`)).end, { kind: "code", code });
  }
}

for (const loginShell of ["dash", "bash", "zsh", "fish", "tcsh", "busybox"]) {
  test(`a login by ${loginShell} becomes a resident shell, which runs all scripts`, async (t) => {
    let program = await find(loginShell);
    if (loginShell === "busybox") {
      const folder = await temporaryFolder(t);
      await symlink(program, path.join(folder, "sh"));
      program = path.join(folder, "sh");
    }
    const machine = await startMachine(t, program);
    await assertRuns(machine);
    assert.equal(machine.opened(), 1);
    const long = await machine.run(`# ${"x".repeat(150_000)}\nexit 4`);
    assert.deepEqual(long.end, { kind: "code", code: 4 });
    assert.equal(machine.opened(), 2, "a long script takes a channel");
    await machine.run("true");
    assert.equal(machine.opened(), 2);
  });
}

test("a login shell that prints and is slow to start is waited for", async (t) => {
  const folder = await temporaryFolder(t);
  const noisy = path.join(folder, "noisy");
  const text = '#!/bin/sh\necho "welcome $$"; echo warning >&2; sleep 0.3; exec sh "$@"\n';
  await writeFile(noisy, text, { mode: 0o755 });
  const machine = await startMachine(t, noisy);
  await assertRuns(machine);
  assert.equal(machine.opened(), 1);
});

async function startWithoutBash(t: TestContext): Promise<Machine> {
  const bin = path.join(await temporaryFolder(t), "bin");
  await mkdir(bin);
  for (const program of ["sh", "cat", "setsid"]) {
    await symlink(await find(program), path.join(bin, program));
  }
  return startMachine(t, "/bin/sh", { environment: { PATH: bin } });
}

test("a host without bash gets a channel for each script, and is not asked again", async (t) => {
  const machine = await startWithoutBash(t);
  await assertRuns(machine);
  const before = machine.opened();
  await machine.run("true");
  assert.equal(machine.opened(), before + 1);
});

test("scripts at once on a host that has no shell for them try one, and not one each", async (t) => {
  const machine = await startWithoutBash(t);
  const ran = await Promise.all([1, 2, 3, 4].map((code) => machine.run(`exit ${code}`)));
  assert.deepEqual(
    ran.map(({ end }) => end),
    [1, 2, 3, 4].map((code) => ({ kind: "code", code })),
  );
  assert.equal(machine.opened(), 5);
});

test("a bash that does not keep its word is none", async (t) => {
  const bin = await temporaryFolder(t);
  const fakes = {
    "one that ends at once": "exit 0",
    "one that says nothing of signals":
      'exec "$REAL" --norc -c "${3/reops_code > 128/0}" "$4" "$5"',
    "one that does not see the processes of others":
      'exec "$REAL" --norc -c "${3/proc\\/1 /proc/0 }" "$4" "$5"',
    "one whose options are set from outside": 'exec env SHELLOPTS=braceexpand "$REAL" "$@"',
  };
  const real = await find("bash");
  for (const [what, text] of Object.entries(fakes)) {
    await writeFile(path.join(bin, "bash"), `#!${real}\n${text}\n`, { mode: 0o755 });
    const environment = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, REAL: real };
    const machine = await startMachine(t, "/bin/sh", { environment });
    await assertRuns(machine);
    assert.ok(machine.opened() > 9, what);
  }
});

test("a bash that makes files of here-documents, as before 5.1, is as good", async (t) => {
  const bin = await temporaryFolder(t);
  const text = `exec ${await find("bash")} -p -c "\${3/'8<<<.'/8</dev/null}" "$4" "$5"`;
  await writeFile(path.join(bin, "bash"), `#!${await find("bash")}\n${text}\n`, { mode: 0o755 });
  const environment = { PATH: `${bin}:${process.env["PATH"] ?? ""}` };
  const machine = await startMachine(t, "/bin/sh", { environment });
  await assertRuns(machine);
  assert.equal(machine.opened(), 1);
});

test("what bash says of its jobs never fills its pipe", async (t) => {
  const machine = await startMachine(t, "/bin/sh");
  for (let i = 0; i < 1500; i++) {
    const { end } = await machine.run("exit 1", { stepTimeoutMs: 20_000 });
    assert.deepEqual(end, { kind: "code", code: 1 });
  }
  assert.equal(machine.opened(), 1);
});

test("a forced command that waits for input is ended, and no script was handed to it", async (t) => {
  const folder = await temporaryFolder(t);
  const forced = path.join(folder, "forced");
  await writeFile(forced, "#!/bin/sh\ncat\necho only this >&2\n", { mode: 0o755 });
  const machine = await startMachine(t, forced, { clock: quick });
  const { end, out } = await machine.run("exit 0");
  assert.ok(end.kind === "notStarted", JSON.stringify(end));
  assert.equal(end.noise, "only this");
  assert.equal(out, "");
  assert.equal(machine.opened(), 2);
});

/** A login shell that comes to nothing before it becomes a resident, as long as the file is there. */
async function makeHanging(t: TestContext): Promise<{ shell: string; file: string }> {
  const folder = await temporaryFolder(t);
  const [shell, file] = [path.join(folder, "hanging"), path.join(folder, "hangs")];
  const text = `case $2 in *reops_prove*) while [ -e ${file} ]; do sleep 0.1; done;; esac`;
  await writeFile(shell, `#!/bin/sh\n${text}\nexec sh "$@"\n`, { mode: 0o755 });
  await writeFile(file, "");
  return { shell, file };
}

test("a login shell that hangs is closed, channels are used for a while, and then it is tried again", async (t) => {
  const { shell, file } = await makeHanging(t);
  let ahead = 0;
  const clock = { ...quick, elapsed: () => systemClock.elapsed() + ahead };
  const machine = await startMachine(t, shell, { clock });
  assert.deepEqual((await machine.run("exit 3")).end, { kind: "code", code: 3 });
  await until("nothing runs", () => machine.living() === 0);
  assert.equal(machine.opened(), 2);
  await rm(file);
  await machine.run("true");
  assert.equal(machine.opened(), 3, "a channel, and no shell");
  ahead = 600_000;
  for (const code of [4, 5]) {
    assert.deepEqual((await machine.run(`exit ${code}`)).end, { kind: "code", code });
  }
  assert.equal(machine.opened(), 4, "a shell");
});

test("scripts that wait for the first shell have times of their own, and take channels when it comes to nothing", async (t) => {
  const { shell } = await makeHanging(t);
  const machine = await startMachine(t, shell, { clock: quick });
  const timed = await Promise.all(
    [1, 2, 3].map(() => machine.run("echo never", { stepTimeoutMs: 1000 })),
  );
  for (const { end } of timed) assert.equal(end.kind === "stopped" && end.why, "stepTime");
  assert.equal(machine.opened(), 1, "the first shell");
  const controller = new AbortController();
  const running = [
    machine.run("echo never", { signal: controller.signal }),
    machine.run("exit 3"),
    machine.run("exit 4"),
  ];
  await until("another shell is started", () => machine.opened() === 2);
  controller.abort();
  const ends = (await Promise.all(running)).map(({ end }) => end);
  assert.equal(ends[0]?.kind === "stopped" && ends[0].why, "cancelled");
  assert.deepEqual(ends.slice(1), [
    { kind: "code", code: 3 },
    { kind: "code", code: 4 },
  ]);
  assert.equal(machine.opened(), 4, "two channels");
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
    const machine = await startMachine(t, shell, { clock: quick });
    const running = machine.run("echo never", interruption);
    await until("the shell is started", () => machine.living() === 1);
    if (why === "cancelled") controller.abort();
    const leftover = { kind: "unknown", reason: "it had not announced its process yet" };
    const end = { kind: "stopped", why, leftover };
    assert.deepEqual(await running, { end, out: "", err: "" });
    await until("nothing runs", () => machine.living() === 0);
    assert.equal(machine.opened(), 1);
  }
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
  assert.deepEqual(stopped, {
    kind: "stopped",
    why: "cancelled",
    leftover: { kind: "nothing" },
  });
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
  assert.deepEqual(end, { kind: "stopped", why: "cancelled", leftover: { kind: "nothing" } });
  assert.deepEqual(await finishOthers(), others);
});
