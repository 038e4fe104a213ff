// Resident shells under every login shell, and a channel for each script where there can be none.
import assert from "node:assert/strict";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { findProgram } from "../../../test/lab/run-command.ts";
import { type Machine, makeHanging, startMachine } from "../../../test/lab/shell-machine.ts";
import { makeFlyingClock } from "../../../test/support/flying-clock.ts";
import { temporaryFolder } from "../../../test/support/temporary.ts";
import { until } from "../../../test/support/until.ts";

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
    let program = await findProgram(loginShell);
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
    await symlink(await findProgram(program), path.join(bin, program));
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
      'exec "$REAL" --norc -c "${3/reops_look 1 /reops_look 0 }" "$4" "$5"',
    "one whose options are set from outside": 'exec env SHELLOPTS=braceexpand "$REAL" "$@"',
  };
  const real = await findProgram("bash");
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
  const text = `exec ${await findProgram("bash")} -p -c "\${3/'8<<<.'/8</dev/null}" "$4" "$5"`;
  await writeFile(path.join(bin, "bash"), `#!${await findProgram("bash")}\n${text}\n`, {
    mode: 0o755,
  });
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
  const { clock, fly } = makeFlyingClock(20);
  fly();
  const machine = await startMachine(t, forced, { clock });
  const { end, out } = await machine.run("exit 0");
  assert.ok(end.kind === "notStarted", JSON.stringify(end));
  assert.equal(end.noise, "only this");
  assert.equal(out, "");
  assert.equal(machine.opened(), 2);
});

test("a login shell that hangs is closed, channels are used for a while, and then it is tried again", async (t) => {
  const { shell, file } = await makeHanging(t);
  let ahead = 0;
  const flying = makeFlyingClock(20);
  const clock = { ...flying.clock, elapsed: () => flying.clock.elapsed() + ahead };
  const machine = await startMachine(t, shell, { clock });
  flying.fly();
  const ran = machine.run("exit 3");
  await until("a channel", () => machine.opened() === 2);
  flying.land(); // A shell that does not hang has its time.
  assert.deepEqual((await ran).end, { kind: "code", code: 3 });
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
