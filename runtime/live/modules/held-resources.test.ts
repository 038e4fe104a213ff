// What `using` and `import.meta.dispose` hold lives until its form is evaluated again, its file is loaded, or all stops.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../../test/support/live-project.ts";

const log = "export const log: string[] = [];\n";
const used = `import { log } from "./log.ts";
const open = (name: string) => ({ name, [Symbol.dispose]: () => void log.push("-" + name) });
const openLate = (name: string) => ({
  name,
  [Symbol.asyncDispose]: async () => { await null; log.push("~" + name); },
});
using first = open("first"), second = open(first.name + "'s");
await using third = openLate("third");
const other = 1;
if (import.meta.repl) {
  using tried = open("tried");
}
import.meta.dispose?.(() => log.push("closed"));
`;

test("`using` holds until its own form is evaluated again, the newest ends first", async (t) => {
  const project = await liveProject(t, { "log.ts": log, "a.ts": used });
  await project.load("a.ts");
  assert.equal(await project.value("a.ts", "first.name + second.name"), "firstfirst's");
  await project.form("a.ts", "const other");
  assert.deepEqual(await project.value("log.ts", "log"), []);
  project.edit("a.ts", 'open("first")', 'open("newer")');
  await project.form("a.ts", "using first");
  assert.deepEqual(await project.value("log.ts", "log"), ["-first's", "-first"]);
  await project.form("a.ts", "await using");
  assert.deepEqual(await project.value("log.ts", "log.splice(0)"), [
    "-first's",
    "-first",
    "~third",
  ]);
});

test("a form that declares one of the names in another way ends it", async (t) => {
  const project = await liveProject(t, { "log.ts": log, "a.ts": used });
  await project.load("a.ts");
  project.edit("a.ts", 'await using third = openLate("third")', "const third = 3, fourth = 4");
  await project.form("a.ts", "const third");
  assert.deepEqual(await project.value("log.ts", "log"), ["~third"]);
});

test("loading the file ends all but what was tried out; stopping ends that too", async (t) => {
  const project = await liveProject(t, { "log.ts": log, "a.ts": used });
  await project.load("a.ts");
  await project.form("a.ts", "using tried");
  project.edit("a.ts", 'using first = open("first"), second = open(first.name + "\'s");', "");
  await project.load("a.ts");
  const ended = ["closed", "~third", "-first's", "-first"];
  assert.deepEqual(await project.value("log.ts", "log.splice(0)"), ended);
  assert.deepEqual(await project.evaluator.disposeHeld(), []);
  assert.deepEqual(await project.value("log.ts", "log.splice(0)"), ["closed", "~third", "-tried"]);
  await project.evaluator.disposeHeld();
  assert.deepEqual(await project.value("log.ts", "log"), [], "once is enough");
});

test("`import.meta.dispose` belongs to the form that says it, by Ctrl+Enter too", async (t) => {
  const project = await liveProject(t, { "log.ts": log, "a.ts": used });
  for (const mode of ["expression", "form"] as const) {
    await project.press("a.ts", "import.meta.dispose?", mode);
  }
  await project.form("log.ts", "export const log");
  await project.press("a.ts", "import.meta.dispose?");
  assert.deepEqual(await project.value("log.ts", "log"), ["closed"]);
});

test("what cannot be disposed is refused; null is nothing", async (t) => {
  const project = await liveProject(t, {});
  const one = await project.error("a.ts", "using x = {} as any;");
  assert.match(
    `${one.name}: ${one.message} ${one.line}`,
    /TypeError: .*`using`.*Symbol.dispose.* 2/,
  );
  const late = await project.error("a.ts", "using x = { [Symbol.asyncDispose]() {} } as any;");
  assert.match(late.message, /has no \[Symbol.dispose\]/);
  assert.equal(await project.value("a.ts", "using x = null; await using y = undefined; x"), null);
});

test("what breaks while it ends is printed, and holds up nothing", async (t) => {
  const project = await liveProject(t, {
    "log.ts": log,
    "a.ts": `import { log } from "./log.ts";
import.meta.dispose?.(() => log.push("first"));
using bad = { [Symbol.dispose]() { throw new Error("it is stuck"); } };
const after = bad;
`,
  });
  await project.load("a.ts");
  await project.form("a.ts", "using bad");
  assert.match(project.printed.map(({ text }) => text).join(""), /Disposing.*it is stuck/);
  const mistakes = await project.evaluator.disposeHeld();
  assert.deepEqual(mistakes.map(String), ["Error: it is stuck"]);
  assert.deepEqual(await project.value("log.ts", "log"), ["first"]);
});
