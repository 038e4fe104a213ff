// What user code prints goes to the evaluation that printed it, also later and from packages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { liveProject } from "../../../test/support/live-project.ts";

test("each evaluation gets its own output, and errors apart", async (t) => {
  const project = await liveProject(t, {
    "a.ts": 'console.log("one", { a: 1 });\nconsole.error("%s!", "two");\nconsole.table([1]);\n',
  });
  await project.evaluate("a.ts", { evaluationId: "first" });
  assert.deepEqual(project.printed.slice(0, 2), [
    { id: "first", stream: "out", text: "one { a: 1 }\n" },
    { id: "first", stream: "err", text: "two!\n" },
  ]);
  assert.match(project.printed[2]?.text ?? "", /│.*│/);
});

test("evaluations that run at once do not mix, not even their groups", async (t) => {
  const project = await liveProject(t, {
    "a.ts":
      "const work = async (name: string) => {\n  console.group(name);\n  await null;\n  console.log(name);\n};\n",
  });
  await project.load("a.ts");
  const text = 'const work = async (name: string) => {};\nawait work("';
  const run = (id: string) =>
    project.evaluate("a.ts", {
      evaluationId: id,
      text: `${text}${id}")`,
      start: text.indexOf("await"),
    });
  await Promise.all([run("x"), run("y")]);
  assert.deepEqual(project.printed.map(({ id, text }) => `${id} ${text}`).sort(), [
    "x   x\n",
    "x x\n",
    "y   y\n",
    "y y\n",
  ]);
});

test("a timer prints for the evaluation that started it", async (t) => {
  const project = await liveProject(t, {
    "a.ts": 'import { say } from "says";\nsetImmediate(() => say("later"));\n',
    "node_modules/says/package.json": '{ "exports": "./index.mjs" }',
    "node_modules/says/index.mjs": "export const say = (text) => console.info(text);\n",
  });
  await project.evaluate("a.ts", { evaluationId: "timer" });
  assert.deepEqual(project.printed, []);
  await setImmediate();
  assert.deepEqual(project.printed, [{ id: "timer", stream: "out", text: "later\n" }]);
});

test("outside an evaluation the console is the process's, and after disposal too", async (t) => {
  const before = console.log;
  const project = await liveProject(t, { "a.ts": 'console.log("inside");\n' });
  const lines: unknown[] = [];
  t.mock.method(process.stdout, "write", (chunk: unknown) => lines.push(chunk) > 0);
  console.log("outside");
  t.mock.restoreAll();
  assert.deepEqual(lines, ["outside\n"]);
  assert.deepEqual(project.printed, []);
  project.evaluator.dispose();
  assert.equal(console.log, before);
});
