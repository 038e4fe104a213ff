// What keeps a value and what resets it: `let`, `const`, imports, names that a file no longer has.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../test/support/live-project.ts";

const counter = `export let count = 0;
export const inc = () => ++count;
export const limit = 3;
export function reset() { count = 0; }
`;

test("evaluating another form keeps a `let`", async (t) => {
  const project = await liveProject(t, { "a.ts": counter });
  await project.load("a.ts");
  await project.value("a.ts", "inc() + inc()");
  await project.form("a.ts", "export const inc");
  await project.form("a.ts", "export function reset");
  assert.equal(await project.value("a.ts", "count"), 2);
});

test("evaluating its own form, or loading the file, resets a `let`", async (t) => {
  const project = await liveProject(t, { "a.ts": counter });
  await project.load("a.ts");
  await project.value("a.ts", "inc()");
  await project.form("a.ts", "export let count");
  assert.equal(await project.value("a.ts", "count"), 0);
  await project.value("a.ts", "inc()");
  await project.load("a.ts");
  assert.equal(await project.value("a.ts", "count"), 0);
});

test("a `let` is one binding for all its files, also when it is assigned from a function", async (t) => {
  const project = await liveProject(t, {
    "a.ts": counter,
    "b.ts":
      'import { count, inc } from "./a.ts";\nexport const twice = () => [inc(), inc(), count];\n',
  });
  await project.load("b.ts");
  assert.deepEqual(await project.value("b.ts", "twice()"), [1, 2, 2]);
  assert.equal(await project.value("a.ts", "count += 10, count"), 12);
});

test("an importing file does not reset the `let` of a file that was evaluated by hand", async (t) => {
  const project = await liveProject(t, {
    "a.ts": `${counter}import { log } from "./log.ts";\nlog.push("effect");\nlog.push("once");\n`,
    "b.ts": 'import { count } from "./a.ts";\ncount;\n',
    "log.ts": "export const log: string[] = [];\n",
  });
  await project.form("a.ts", "export let count");
  await project.value("a.ts", "count = 5");
  await project.form("a.ts", 'log.push("effect")');
  assert.equal((await project.form("b.ts", "count;")).box.value, 5);
  assert.deepEqual(await project.value("log.ts", "log"), ["effect", "once"]);
});

test("a `const`, an import, a class and an enum: only the ones that JavaScript lets are assigned", async (t) => {
  const project = await liveProject(t, {
    "a.ts": `import * as all from "./a.ts";\n${counter}enum Level { Low }\nclass Box {}\nfunction f() {}\n`,
    "b.ts": 'import { count } from "./a.ts";\n',
  });
  await project.load("a.ts");
  await project.load("b.ts");
  const constant = await project.error("a.ts", "(limit as any) = 4");
  assert.match(
    `${constant.name}: ${constant.message}`,
    /^TypeError: Assignment to constant.*`limit`/,
  );
  assert.match((await project.error("a.ts", "(Level as any) = 4")).message, /constant.*`Level`/);
  assert.match((await project.error("b.ts", "(count as any)++")).message, /import.*`count`/);
  assert.match(
    (await project.error("a.ts", "(all as any).count = 4")).message,
    /only be assigned in/,
  );
  assert.deepEqual(await project.value("a.ts", "[limit, count, Level.Low]"), [3, 0, 0]);
  assert.equal(
    await project.value("a.ts", "(Box as any) = 1, (f as any) = 2, (Box as any) + f"),
    3,
  );
  assert.match(
    (await project.error("a.ts", "undeclared = 1")).message,
    /undeclared is not defined/,
  );
});

test("loading a file deletes the names that it no longer has, and says which", async (t) => {
  const project = await liveProject(t, {
    "a.ts": counter,
    "b.ts": 'import { limit } from "./a.ts";\nexport const read = () => limit;\n',
  });
  await project.load("a.ts");
  await project.load("b.ts");
  project.edit("a.ts", "export const limit = 3;\n", "");
  project.edit("a.ts", "export function reset() { count = 0; }\n", "");
  const { note } = await project.load("a.ts");
  assert.equal(note, "gone from the file: reset, limit");
  assert.match((await project.error("b.ts", "read()")).message, /a\.ts does not export `limit`/);
  assert.equal((await project.error("a.ts", "reset()")).message, "reset is not defined");
  assert.deepEqual(Object.keys((await project.value("b.ts", 'import("./a.ts")')) as object), [
    "count",
    "inc",
  ]);
});

test("the `let` names that have a value are known, so that a restart can say what it lost", async (t) => {
  const project = await liveProject(t, {
    "a.ts": `${counter}let { x, y: [z] } = { x: 1, y: [2] };\nlet later: number;\nif (import.meta.repl) { let mine = 1; }\n`,
  });
  await project.form("a.ts", "export let count");
  await project.form("a.ts", "let { x");
  await project.form("a.ts", "export const limit");
  await project.form("a.ts", "let mine");
  assert.deepEqual(project.evaluator.letNames(), [
    { file: project.path("a.ts"), names: ["count", "x", "z", "mine"] },
  ]);
});
