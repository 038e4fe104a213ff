// Evaluating a form executes that form, and besides it only imports and pure declarations that it needs and that never were.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../test/support/live-project.ts";
import type { Ending } from "../../test/support/temporary.ts";

/** A project whose statements tell when they are executed, by `mark` of `re-ops`. */
async function markedProject(t: Ending, files: Record<string, string>) {
  const marks: unknown[] = [];
  const mark = <T>(value: T): T => {
    marks.push(value);
    return value;
  };
  const operation = (name: string) => ({ name });
  const project = await liveProject(t, files, { reops: { mark, operation } });
  return { project, marks };
}

const imports = 'import { mark, operation } from "re-ops";\n';

test("0 other statements of the file are executed", async (t) => {
  const { project, marks } = await markedProject(t, {
    "a.ts": `${imports}
mark("before");
const made = mark("declared");
for (const n of [1, 2]) mark(n);
export default mark("default");
if (import.meta.repl) { mark("repl"); }
mark("this one");
await mark("after");
`,
  });
  await project.form("a.ts", 'mark("this one")');
  assert.deepEqual(marks, ["this one"]);
});

test("an import that is not needed is not evaluated", async (t) => {
  const { project, marks } = await markedProject(t, {
    "a.ts": `${imports}import { b } from "./b.ts";\nimport "./c.ts";\nmark(1);\nmark(b);\n`,
    "b.ts": `${imports}mark("b ran");\nexport const b = "b";\n`,
    "c.ts": `${imports}mark("c ran");\n`,
  });
  await project.form("a.ts", "mark(1)");
  assert.deepEqual(marks, [1]);
  await project.form("a.ts", "mark(b)");
  await project.form("a.ts", "mark(b)");
  assert.deepEqual(marks, [1, "b ran", "b", "b"]);
});

test("a type-only import never runs its module", async (t) => {
  const { project, marks } = await markedProject(t, {
    "a.ts": `${imports}import type { T } from "./b.ts";\nimport { type U } from "./b.ts";\nconst x: T & U = 1;\n`,
    "b.ts": `${imports}mark("b ran");\nexport type T = number;\nexport type U = number;\n`,
  });
  await project.load("a.ts");
  const { note } = await project.form("a.ts", "import type");
  assert.deepEqual(marks, []);
  assert.equal(note, "only types: nothing to evaluate");
});

test("pure declarations are evaluated on the way, those that they need first", async (t) => {
  const { project } = await markedProject(t, {
    "a.ts": `${imports}
const sum = () => twice(base) + Colour.Green;
const twice = (n: number) => n * factor;
const base = limits.low;
const limits = { low: 2, ...{ high: 3 } };
let factor = 10;
enum Colour { Red, Green = 5 }
export const uptime = operation("uptime");
sum();
uptime;
`,
  });
  const { box, note } = await project.form("a.ts", "sum();");
  assert.equal(box.value, 25);
  assert.equal(note, "evaluated on the way: factor, twice, limits, base, Colour, sum");
  assert.deepEqual((await project.form("a.ts", "uptime;")).box.value, { name: "uptime" });
});

test("for a declaration with effects the message names the line to evaluate first", async (t) => {
  const { project, marks } = await markedProject(t, {
    "a.ts": `${imports}\n\nconst machine = mark("created");\nconst name = () => machine;\nname();\n`,
  });
  const failed = await project.press("a.ts", "name();");
  assert.ok(failed.kind === "error");
  assert.match(failed.error.message, /`machine` has not been evaluated yet.*line 4 of a\.ts/);
  assert.deepEqual([failed.error.line, failed.error.column], [5, 20]);
  assert.deepEqual(marks, []);
  await project.form("a.ts", "const machine");
  assert.equal((await project.form("a.ts", "name();")).box.value, "created");
});

test("what was evaluated and edited since keeps its older version, and the result says so", async (t) => {
  const { project } = await markedProject(t, {
    "a.ts": `export const level = 1;\nfunction read() { return level; }\nread();\n`,
  });
  await project.load("a.ts");
  project.edit("a.ts", "level = 1", "level = 2");
  project.edit("a.ts", "return level", "return level * 100");
  const { box, note } = await project.form("a.ts", "read();");
  assert.equal(box.value, 1);
  assert.match(note ?? "", /`read` was edited on line 2 and not evaluated since/);
  const again = await project.form("a.ts", "function read");
  assert.match(again.note ?? "", /`level` was edited on line 1/);
  assert.equal((await project.form("a.ts", "read();")).box.value, 100);
});

test("an import that was edited is evaluated again", async (t) => {
  const { project } = await markedProject(t, {
    "a.ts": 'import { name } from "./b.ts";\nname;\n',
    "b.ts": 'export const name = "b", other = "other";\n',
    "c.ts": 'export const name = "c";\n',
  });
  assert.equal((await project.form("a.ts", "name;")).box.value, "b");
  project.edit("a.ts", "./b.ts", "./c.ts");
  assert.equal((await project.form("a.ts", "name;")).box.value, "c");
  project.edit("a.ts", '{ name } from "./c.ts"', '{ other as name } from "./b.ts"');
  assert.equal((await project.form("a.ts", "name;")).box.value, "other");
});

test("a `let` that two evaluations need at once is evaluated once", async (t) => {
  const { project } = await markedProject(t, {
    "a.ts": 'import { slow } from "./b.ts";\nlet count = 0;\nslow(count);\ncount += 1;\n',
    "b.ts": "await new Promise(setImmediate);\nexport const slow = (n: number) => n;\n",
  });
  const waiting = project.form("a.ts", "slow(count)");
  await project.form("a.ts", "count += 1");
  assert.equal((await waiting).box.value, 1);
});

test("a selected expression is executed without its statement", async (t) => {
  const { project, marks } = await markedProject(t, {
    "a.ts": `${imports}const made = mark(mark("inner") + "!");\n`,
  });
  const text = `${imports}const made = mark(mark("inner") + "!");\n`;
  const start = text.indexOf('mark("inner")');
  const result = await project.evaluate("a.ts", { start, end: start + 'mark("inner")'.length });
  assert.ok(result.kind === "value");
  assert.equal(result.box.value, "inner");
  assert.deepEqual(marks, ["inner"]);
  assert.match((await project.error("a.ts", "made")).message, /not been evaluated yet/);
});

test("several selected forms are evaluated in order, each told with its value", async (t) => {
  const { project } = await markedProject(t, { "a.ts": "const a = 1;\na + 1;\na + 2;\n" });
  const values: unknown[] = [];
  const result = await project.evaluate("a.ts", {
    onForm: ({ box }) => void values.push(box.value),
  });
  assert.ok(result.kind === "value");
  assert.deepEqual([...values, result.box.value], [1, 2, 3]);
});

test("a mistake elsewhere in the text does not keep a form from being evaluated", async (t) => {
  const { project } = await markedProject(t, {
    "a.ts":
      "const half = (1 +;\n\nfunction open() {\n  if (true) {\n}\n\nconst whole = 2;\nwhole + 1;\n",
  });
  assert.equal((await project.form("a.ts", "whole + 1")).box.value, 3);
  const failed = await project.press("a.ts", "half");
  assert.ok(failed.kind === "error");
  assert.equal(failed.error.name, "SyntaxError");
  assert.deepEqual([failed.error.line, failed.error.column], [1, 18]);
});
