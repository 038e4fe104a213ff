// `re-ops eval 'CODE'`: every name in scope, the project's files to import, and the same exit codes.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { openShell, type Shell } from "./program.ts";

const endings: (() => void | Promise<void>)[] = [];
let shell: Shell;

before(async () => {
  shell = await openShell({ after: (ending) => void endings.unshift(ending) });
});

after(async () => {
  for (const ending of endings) await ending();
});

const cases: readonly [string, number, RegExp, RegExp][] = [
  ["1 + 1", 0, /^2\n$/, /^$/],
  ["'a\\nb'", 0, /^a\nb\n$/, /^$/],
  ["undefined", 0, /^$/, /^$/],
  ["const a: number = 1; console.log(a); a + 1", 0, /^1\n2\n$/, /^$/],
  ["await Promise.resolve({ a: [1] })", 0, /^\{ a: \[1\] \}\n$/, /^$/],
  ["exec(new Hosts({}, ['web-1']), 'echo hi')", 0, /^1 ok\n✔ web-1 {2}hi\n$/, /^$/],
  [
    "run(ls(new Hosts({}, ['web-1']), '/'), pretty('x'))",
    0,
    /^\nRunning x summary:\n\n {2}✔ web-1\n\n$/,
    /^$/,
  ],
  ["ls(new Hosts({}, ['web-1']), '/absent')", 1, /x web-1 - exited with code 2/, /web-1 failed\n$/],
  ["import { main } from './program.ts'; main()", 0, /Running names summary/, /^$/],
  [
    "const x = ls(new Hosts({}, ['web-1']), '/')",
    0,
    /^not started: ls \/ on 1 host\n$/,
    /run\(x\)/,
  ],
  ["absent()", 2, /^$/, /^re-ops: ReferenceError: absent is not defined\n +at .*:1:1\n$/],
  ["({", 2, /^$/, /^re-ops: SyntaxError: /],
  ["new Hosts('x')", 2, /^$/, /array of host names .*\n.*\n +next: write new Hosts/],
  ["void run(ls(new Hosts({}, ['web-1']), '/'), () => 7)", 2, /^$/, /stage 1 gave a number/],
  [
    "await new Promise((go) => setTimeout(() => { setImmediate(go); throw new Error('late') }))",
    2,
    /^$/,
    /Error: late/,
  ],
];

for (const [text, code, out, err] of cases) {
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
  assert.equal((await shell.json("eval", "10n")).value, undefined);
});

test("an engine that cannot open is told once, in the document too", async (t) => {
  const own = await openShell(t);
  await own.write("state", "no folder");
  own.environment["XDG_STATE_HOME"] = path.join(own.folder, "state");
  const code = "await run(exec(new Hosts({}, ['web-1']), 'true'))";
  const { exitCode, error, err } = await own.json("eval", code);
  assert.equal(exitCode, 2);
  assert.match(error?.message ?? "", /ENOTDIR/);
  assert.equal(err.match(/ENOTDIR/gu)?.length, 1, err);
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
