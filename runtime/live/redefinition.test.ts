// A form that is evaluated again is used by every caller that reads its name when it is called.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { liveProject } from "../../test/support/live-project.ts";

const files = {
  "greet.ts": `export const greet = (who: string) => "hello " + who;
export function mark() { return "!"; }
export default function shout(text: string) { return text + mark(); }
export class Bell { ring() { return greet("bell"); } }
`,
  "main.ts": `import shout, { greet, Bell } from "./greet.ts";
import * as all from "./greet.ts";
export { greet as welcome } from "./greet.ts";
export * from "./greet.ts";
export const here = () => greet("here");
export const whole = () => all.greet("whole");
export const loud = () => shout("loud");
export const defaulted = (text = greet("default")) => text;
export const captured = greet;
export const bell = new Bell();
export const heard: string[] = [];
`,
  "other.ts": `import { welcome, greet } from "./main.ts";
export const far = () => welcome("far") + ", " + greet("star");
`,
};

test("other files, namespaces, re-exports, methods, default arguments use the new one", async (t) => {
  const project = await liveProject(t, files);
  await project.load("other.ts");
  project.edit("greet.ts", '"hello "', '"good day "');
  await project.form("greet.ts", "export const greet");
  const values = await project.value(
    "main.ts",
    "[here(), whole(), defaulted(), bell.ring(), all.greet === greet]",
  );
  const day = "good day";
  assert.deepEqual(values, [`${day} here`, `${day} whole`, `${day} default`, `${day} bell`, true]);
  assert.equal(await project.value("other.ts", "far()"), "good day far, good day star");
});

test("a default export and a hoisted function are redefined too", async (t) => {
  const project = await liveProject(t, files);
  await project.load("main.ts");
  project.edit("greet.ts", 'return "!"', 'return "!!"');
  await project.form("greet.ts", "export function mark");
  assert.equal(await project.value("main.ts", "loud()"), "loud!!");
  project.edit("greet.ts", "return text + mark()", "return text.toUpperCase()");
  await project.form("greet.ts", "export default");
  assert.equal(await project.value("main.ts", "loud()"), "LOUD");
});

test("a timer that runs already uses the new one", async (t) => {
  const project = await liveProject(t, files);
  await project.load("main.ts");
  await project.value(
    "main.ts",
    "let isOver = false; const tick = () => { heard.push(here()); if (!isOver) setImmediate(tick); }",
  );
  await project.evaluate("main.ts", {
    text: `${files["main.ts"]}tick();`,
    start: files["main.ts"].length,
  });
  await setImmediate();
  project.edit("greet.ts", '"hello "', '"new "');
  await project.form("greet.ts", "export const greet");
  const before = (await project.value("main.ts", "heard.length")) as number;
  await setImmediate();
  await setImmediate();
  const heard = (await project.value("main.ts", "isOver = true, heard")) as string[];
  assert.equal(heard[0], "hello here");
  assert.ok(heard.length > before);
  assert.equal(heard.at(-1), "new here");
});

test("a captured value stays what it was, an instance keeps the class it was made with", async (t) => {
  const project = await liveProject(t, files);
  await project.load("main.ts");
  project.edit("greet.ts", '"hello "', '"good day "');
  await project.form("greet.ts", "export const greet");
  assert.equal(await project.value("main.ts", 'captured("you")'), "hello you");
  project.edit("greet.ts", 'ring() { return greet("bell"); }', 'ring() { return "ding"; }');
  await project.form("greet.ts", "export class Bell");
  const seen = await project.value(
    "main.ts",
    "[bell.ring(), new Bell().ring(), bell instanceof Bell]",
  );
  assert.deepEqual(seen, ["good day bell", "ding", false]);
});

test("a name that is declared after the code that reads it is found", async (t) => {
  const project = await liveProject(t, { "a.ts": "const early = () => later();\n" });
  await project.form("a.ts", "const early");
  assert.equal((await project.error("a.ts", "early()")).message, "later is not defined");
  await project.value("a.ts", "function later() { return 7; }");
  assert.equal(await project.value("a.ts", "early()"), 7);
});

test("declarations of one name are one form: overloads, merged enums, a function with a namespace", async (t) => {
  const project = await liveProject(t, {
    "a.ts": `function size(a: string): number;
function size(a: number): number;
function size(a: unknown) { return String(a).length * size.unit; }
enum Level { Low = 1 }
namespace size { export const unit = 10; }
const between = 1;
enum Level { High = Low + between + 8 }
`,
  });
  await project.value(
    "a.ts",
    "export default function (a: string): string;\nexport default function (a: any) { return a; }",
  );
  assert.equal(await project.value("a.ts", 'import same from "./a.ts"; same(3 as any)'), 3);
  await project.form("a.ts", "function size(a: number)");
  assert.equal(await project.value("a.ts", 'size("abc")'), 30);
  assert.equal(await project.value("a.ts", "Level.Low + Level.High"), 11);
  project.edit("a.ts", "unit = 10", "unit = 2");
  await project.form("a.ts", "namespace size");
  assert.equal(await project.value("a.ts", "size(12)"), 4);
});

test("two functions of one name are two forms: the one that is evaluated counts", async (t) => {
  const project = await liveProject(t, {
    "a.ts":
      "function f() { return 1; }\nclass C { n = 1 }\nfunction f() { return 2; }\nclass C { n = 2 }\n",
  });
  await project.form("a.ts", "return 1");
  await project.form("a.ts", "n = 1");
  const both = async () => {
    const text = "[f(), new C().n]";
    const result = await project.evaluate("a.ts", { text, end: text.length });
    return result.kind === "value" && result.box.value;
  };
  assert.deepEqual(await both(), [1, 1]);
  await project.form("a.ts", "return 2");
  await project.form("a.ts", "n = 2");
  assert.deepEqual(await both(), [2, 2]);
});

test("unchanged code that is evaluated again makes everything anew", async (t) => {
  const text =
    "const made = { list: [], f: () => here, C: class {}, at: /x/g };\nconst here = 1;\n";
  const project = await liveProject(t, { "again.ts": text });
  const first = await project.form("again.ts", "const made");
  const second = await project.form("again.ts", "const made");
  const [one, two] = [first, second].map(
    ({ box }) => box.value as { list: object; f: () => number; C: object; at: object },
  );
  assert.ok(one && two);
  assert.notEqual(one, two);
  for (const key of ["list", "f", "C", "at"] as const) assert.notEqual(one[key], two[key], key);
  await project.form("again.ts", "const here");
  assert.deepEqual([one.f(), two.f()], [1, 1]);
});
