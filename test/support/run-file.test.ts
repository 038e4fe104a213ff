// The runner is trusted with every other test, so its own failures are planted here.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, it, type TestContext, test } from "node:test";
import { processesWith } from "./processes.ts";
import { runTestFile } from "./run-file.ts";
import { temporaryFolder } from "./temporary.ts";

async function runPlanted(t: TestContext, body: string, boundSeconds = 60) {
  const root = await temporaryFolder(t);
  const text = `// Planted.\nimport { test } from "node:test";\nimport assert from "node:assert/strict";\n${body}\n`;
  await writeFile(path.join(root, "planted.test.ts"), text);
  return runTestFile("planted.test.ts", { root, boundSeconds });
}

test("passes, failures and skips are counted, each failure with its line and both values", async (t) => {
  const result = await runPlanted(
    t,
    `test("good", () => {});
     test("outer", async (t) => { await t.test("inner", () => assert.equal(1 + 1, 3)); });
     test("left out", { skip: "no reason" }, () => {});`,
  );
  assert.equal(result.passed, 1);
  assert.deepEqual(result.skipped, [{ test: "left out", reason: "no reason" }]);
  assert.equal(result.failures.length, 1);
  assert.equal(result.failures[0]?.test, "inner");
  assert.equal(result.failures[0]?.line, 5);
  assert.match(result.failures[0]?.error ?? "", /2 !== 3[^]*planted\.test\.ts:5/u);
});

/** Together: what never ends takes the whole of its bound, in which Node has to start as well. */
describe("a file that goes on", { concurrency: true }, () => {
  it("in a test that waits is killed and says in which test it was", async (t) => {
    const waiting = `test("waits", () => new Promise(() => { setInterval(() => {}, 1000); }));`;
    const waited = await runPlanted(t, waiting, 10);
    assert.deepEqual(
      waited.failures.map((failure) => failure.error),
      ['Still running after 10 s, so it was killed. Begun and not ended: "waits".'],
    );
  });

  it("in a test that spins is killed", async (t) => {
    const spun = await runPlanted(t, `test("spins", () => { while (true) {} });`, 1);
    assert.match(spun.failures[0]?.error ?? "", /Still running after 1 s, so it was killed/u);
  });

  it("after its tests, for a handle that is open, is killed", async (t) => {
    const open = await runPlanted(t, `setInterval(() => {}, 1000); test("fine", () => {});`, 10);
    assert.equal(open.passed, 1);
    assert.match(open.failures[0]?.error ?? "", /Still running after 10 s/u);
  });

  it("in a process that was left behind is a failure that names it, and it is killed", async (t) => {
    const result = await runPlanted(
      t,
      `import { spawn } from "node:child_process";
       test("forgets", () => {
         spawn("sleep", ["321"], { detached: true, stdio: "ignore", env: { ...process.env, PLANTED: "1" } }).unref();
       });`,
    );
    assert.equal(result.passed, 1);
    assert.match(result.failures[0]?.error ?? "", /Left running after its end[^]*sleep 321/u);
    assert.deepEqual(await processesWith("PLANTED=1"), []);
  });
});

test("what a kill cut off in the middle of its report is left out", async (t) => {
  const result = await runPlanted(
    t,
    `import { appendFileSync } from "node:fs";
     const option = "--test-reporter-destination=";
     const report = process.execArgv.find((word) => word.startsWith(option)).slice(option.length);
     test("is killed", () => {
       appendFileSync(report, '{"kind":"fail","error":{}');
       process.kill(process.pid, "SIGKILL");
     });`,
  );
  assert.match(result.failures[0]?.error ?? "", /^The process was ended by SIGKILL/u);
});

test("a crash at load and an empty file are failures", async (t) => {
  const crashed = await runPlanted(t, `test("fine", () => {}); throw new Error("at load");`);
  assert.match(JSON.stringify(crashed.failures) + crashed.output, /at load/u);
  assert.ok(crashed.failures.length > 0);
  const empty = await runPlanted(t, "console.log('hello');");
  assert.deepEqual(empty.failures, [
    { test: "the file itself", line: undefined, error: "There is no test in this file." },
  ]);
  assert.equal(empty.output, "hello\n");
});
