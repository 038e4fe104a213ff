// Loading a whole file: its order, circular imports, one load at a time per file, and what a failure leaves behind.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../../test/support/live-project.ts";

test("imports come first, then functions, then the rest in order", async (t) => {
  const project = await liveProject(t, {
    "a.ts": `export const first = later();
import { log } from "./log.ts";
log.push("in a");
function later() { return "hoisted"; }
export default log.length;
`,
    "log.ts": 'export const log: string[] = [];\nlog.push("in log");\n',
  });
  const { names } = await project.load("a.ts");
  assert.deepEqual(await project.value("a.ts", "[first, log]"), ["hoisted", ["in log", "in a"]]);
  assert.deepEqual(names, ["first", "log", "later", "default"]);
});

test("circular imports see each other, and a name that is too early says so", async (t) => {
  const project = await liveProject(t, {
    "a.ts":
      'import { b, fromA } from "./b.ts";\nexport const a = "a";\nexport const both = () => a + b + fromA();\n',
    "b.ts": 'import { a } from "./a.ts";\nexport const b = "b";\nexport const fromA = () => a;\n',
    "early.ts": 'import { tooEarly } from "./late.ts";\n\nexport const value = 1;\n',
    "late.ts": 'import { value } from "./early.ts";\nexport const tooEarly = value;\n',
  });
  await project.load("a.ts");
  assert.equal(await project.value("a.ts", "both()"), "aba");
  const failed = await project.evaluate("early.ts", { whole: "file" });
  assert.ok(failed.kind === "error");
  assert.match(failed.error.message, /`value` has not been evaluated yet.*line 3 of early\.ts/);
  assert.deepEqual([failed.error.file, failed.error.line], [project.path("late.ts"), 2]);
});

test("evaluating a form of a file that is imported back does not run the rest of that file", async (t) => {
  const project = await liveProject(t, {
    "a.ts": 'import { b } from "./b.ts";\nlet effects = 0;\neffects += 1;\nb();\n',
    "b.ts": 'import * as a from "./a.ts";\nexport const b = () => Object.keys(a);\n',
  });
  await project.form("a.ts", "let effects");
  await project.form("a.ts", "b();");
  assert.equal(await project.value("a.ts", "effects"), 0);
});

test("two loads of one file wait for each other; a file is imported once", async (t) => {
  const project = await liveProject(t, {
    "a.ts":
      'import { log } from "./log.ts";\nlog.push("a1");\nawait log.pause();\nlog.push("a2");\n',
    "b.ts": 'import "./a.ts";\n',
    "c.ts": 'import "./a.ts";\n',
    "log.ts":
      "export const log: any = [];\nlog.pause = () => new Promise((done) => setImmediate(done));\n",
  });
  await Promise.all([project.load("b.ts"), project.load("c.ts")]);
  assert.deepEqual([...((await project.value("log.ts", "log")) as string[])], ["a1", "a2"]);
  await Promise.all([project.load("a.ts"), project.load("a.ts")]);
  assert.deepEqual(
    [...((await project.value("log.ts", "log")) as string[])],
    ["a1", "a2", "a1", "a2", "a1", "a2"],
  );
});

test("two files that import each other can be loaded at once", { timeout: 10_000 }, async (t) => {
  const slow = "await new Promise((done) => setImmediate(done));\n";
  const project = await liveProject(t, {
    "a.ts": `import "./slow-a.ts";\nimport { b } from "./b.ts";\n${slow}export const a = () => b;\n`,
    "b.ts": `import "./slow-b.ts";\nimport { a } from "./a.ts";\n${slow}export const b = "b";\nexport const call = () => a();\n`,
    "slow-a.ts": slow,
    "slow-b.ts": slow,
  });
  await Promise.all([project.load("a.ts"), project.load("b.ts")]);
  assert.equal(await project.value("b.ts", "call()"), "b");
});

test("a load that failed is tried again by the next import, without what it did already", async (t) => {
  const project = await liveProject(t, {
    "a.ts": 'import { done } from "./b.ts";\ndone;\n',
    "b.ts":
      'import { log } from "./log.ts";\nlog.push("effect");\nexport const done = JSON.parse("nope");\n',
    "log.ts": "export const log: string[] = [];\n",
  });
  const failed = await project.press("a.ts", "done;");
  assert.ok(failed.kind === "error");
  assert.deepEqual([failed.error.file, failed.error.line], [project.path("b.ts"), 3]);
  await project.write(
    "b.ts",
    'import { log } from "./log.ts";\nlog.push("effect");\nexport const done = 1;\n',
  );
  assert.equal((await project.form("a.ts", "done;")).box.value, 1);
  assert.deepEqual(await project.value("log.ts", "log"), ["effect"]);
});

test("nothing of a file with a syntax error is loaded", async (t) => {
  const project = await liveProject(t, { "a.ts": "export let count = 0, gone = 1;\n" });
  await project.load("a.ts");
  await project.value("a.ts", "count = 5");
  await project.write("a.ts", "export let count = 1;\nconst half = (;\n");
  const failed = await project.evaluate("a.ts", { whole: "file" });
  assert.ok(failed.kind === "error");
  assert.deepEqual(
    [failed.error.name, failed.error.line, failed.error.column],
    ["SyntaxError", 2, 15],
  );
  await project.write("a.ts", "export let count = 1;\nexport let count = 2;\n");
  const twice = await project.evaluate("a.ts", { whole: "file" });
  assert.match(twice.kind === "error" ? twice.error.message : "", /already been declared/);
  await project.write(
    "a.ts",
    'import * as all from "./a.ts";\n[count, gone, all.count, all.gone];\n',
  );
  assert.deepEqual((await project.form("a.ts", "[count")).box.value, [5, 1, 5, 1]);
});

test("an imported file with a syntax error is told at its own place", async (t) => {
  const project = await liveProject(t, { "a.ts": 'import "./b.ts";\n', "b.ts": "\nlet x = ;\n" });
  const failed = await project.press("a.ts", "import");
  assert.ok(failed.kind === "error");
  assert.deepEqual([failed.error.file, failed.error.line], [project.path("b.ts"), 2]);
});

test("what an imported file throws without a stack is told at its own form", async (t) => {
  const project = await liveProject(t, { "a.ts": 'import "./b.ts";\n', "b.ts": "\n  throw 7;\n" });
  const failed = await project.press("a.ts", "import");
  assert.ok(failed.kind === "error");
  const { file, line, column, message } = failed.error;
  assert.deepEqual([file, line, column, message], [project.path("b.ts"), 2, 3, "7 was thrown"]);
});

test("files outside the project, under node_modules, or of CommonJS are not live", async (t) => {
  const project = await liveProject(t, { "a.cts": "1", "node_modules/x/index.ts": "1" });
  for (const file of ["a.cts", "node_modules/x/index.ts", "../elsewhere.ts"]) {
    assert.match((await project.error(file, "1")).message, /is not live/, file);
  }
});

test("a file can be loaded from disk, and a missing one is an error", async (t) => {
  const project = await liveProject(t, { "a.ts": "export const a = 1;\n" });
  assert.equal((await project.evaluator.load(project.path("a.ts"))).kind, "value");
  assert.equal(await project.value("a.ts", "a"), 1);
  const missing = await project.evaluator.load(project.path("nope.ts"));
  assert.match(missing.kind === "error" ? missing.error.message : "", /ENOENT/);
});
