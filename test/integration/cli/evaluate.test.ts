// `re-ops eval 'CODE'`: every name in scope, the project's files to import, and the same exit codes.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { evalCases } from "./eval-cases.ts";
import { lastFirst } from "../../support/temporary.ts";
import { openShell, type Shell } from "./program.ts";

const all = lastFirst({ after });
let shell: Shell;

before(async () => {
  shell = await openShell(all);
});

for (const [text, code, out, err] of evalCases) {
  test(`eval ${text}`, async () => {
    const ended = await shell.reOps("eval", text);
    assert.equal(ended.code, code, ended.err);
    assert.match(ended.out, out);
    assert.match(ended.err, err);
  });
}

test("--json holds the runs and the value", async () => {
  const code =
    "console.log('printed'); run(exec(new Hosts({}, ['web-1']), 'echo hi'), convert((o) => o.out.trim()))";
  const { exitCode, runs, value, err } = await shell.json("eval", code);
  assert.equal(exitCode, 0);
  assert.equal(runs[0]?.hosts[0]?.out, "hi\n");
  const { hosts, success } = value as { hosts: string[]; success: { value: string }[] };
  assert.deepEqual([hosts, success[0]?.value], [["web-1"], "hi"]);
  assert.equal(err, "printed\n");
});

test("the value of --json is what is copied as JSON in VS Code, and what it does not hold is told", async () => {
  const odd =
    "const odd: Record<string, unknown> = { big: 10n, huge: 2n ** 64n, map: new Map([['a', new Set([1])]]), when: new Date(0), no: undefined, f() {} }; odd.self = odd; odd";
  const { value, err, exitCode } = await shell.json("eval", odd);
  assert.deepEqual(value, {
    big: 10,
    huge: "18446744073709551616",
    map: { a: [1] },
    when: "1970-01-01T00:00:00.000Z",
    self: null,
  });
  assert.equal(exitCode, 0);
  assert.equal(
    err,
    "re-ops: not in the value of the document: 1 × large integer as text, 1 × function left out, 1 × circular reference as null\n",
  );
  const nothing = await shell.json("eval", "undefined");
  assert.deepEqual([Object.hasOwn(nothing, "value"), nothing.err], [false, ""]);
});

test("a large value of --json is whole", async () => {
  const { value, err } = await shell.json("eval", "Array.from({ length: 200_000 }, (_, n) => n)");
  assert.ok(Array.isArray(value));
  assert.deepEqual([value.length, value.at(-1), err], [200_000, 199_999, ""]);
});

test("an engine that cannot open is told once, in the document too", async (t) => {
  const own = await openShell(t);
  await own.write("state", "no folder");
  own.environment["XDG_STATE_HOME"] = path.join(own.folder, "state");
  const code = "await run(exec(new Hosts({}, ['web-1']), 'true'))";
  const { exitCode, error, err } = await own.json("eval", code);
  assert.equal(exitCode, 2);
  assert.match(error?.message ?? "", /state of Re-ops cannot be made: ENOTDIR.*set XDG_STATE_HOME/);
  assert.equal(err.match(/ENOTDIR/gu)?.length, 1, err);
});

test("a variable that names no ssh_config is told by its name", async (t) => {
  const own = await openShell(t);
  own.environment["RE_OPS_SSH_CONFIG"] = "/absent/config";
  const { code, out } = await own.reOps("eval", "ls(new Hosts({}, ['web-1']), '/')");
  assert.equal(code, 1);
  assert.match(out, /RE_OPS_SSH_CONFIG names \/absent\/config, which is not there/u);
});

test("what the code holds is disposed at the end, and what breaks there is told", async () => {
  const held = "import.meta.dispose?.(async () => { await null; console.log('closed'); }); 'open'";
  const { code, out } = await shell.reOps("eval", "--own", held);
  assert.deepEqual([code, out], [0, "open\nclosed\n"]);
  const broken = "using it = { [Symbol.dispose]() { throw new Error('stuck'); } }";
  assert.match((await shell.reOps("eval", "--own", broken)).err, /Disposing.*stuck/);
});

test("SIGINT interrupts code that waits for ever", async () => {
  const { child, ended, out } = shell.start(
    "eval",
    "console.log('here'); await new Promise(() => setInterval(() => {}, 1000))",
  );
  child.stdout?.once("data", () => child.kill("SIGINT"));
  assert.equal((await ended).code, 130);
  assert.equal(out(), "here\n");
});
