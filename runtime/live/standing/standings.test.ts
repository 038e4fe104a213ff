// How forms stand after evaluations: what each rule of the marks in the gutter is made of.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject, type LiveProject } from "../../../test/support/live-project.ts";
import type { Ending } from "../../../test/support/temporary.ts";
import { readDocument } from "../text/document.ts";
import type { StandingChange } from "../../protocol/live.ts";

type Stood = Omit<NonNullable<StandingChange["form"]>, "names">;

/** A project, and how its forms stand by all that was told: by names, or by code. */
async function standings(t: Ending, files: Record<string, string>) {
  const project = await liveProject(t, files);
  const known = new Map<string, Stood>();
  const look = () => {
    for (const { file, form, removed = [] } of project.evaluator.takeStandings()) {
      const name = file.slice(project.folder.length + 1);
      for (const gone of removed) known.delete(`${name} ${gone}`);
      if (form !== undefined) {
        const { names, ...stood } = form;
        const key = names.join() || `${form.code}${form.inRepl ? " in repl" : ""}`;
        known.set(`${name} ${key}`, stood);
      }
    }
    return known;
  };
  return { project, look, older: (key: string) => look().get(key)?.older };
}

async function change(project: LiveProject, file: string, from: string, to: string) {
  project.edit(file, from, to);
  await project.form(file, to);
}

test("only what was evaluated stands, also what was evaluated on the way", async (t) => {
  const { project, look } = await standings(t, {
    "a.ts": "const a = 1;\nconst b = a + 1;\nconst c = 3;\ntype T = 1;\n",
  });
  await project.form("a.ts", "const b");
  assert.deepEqual([...look().keys()], ["a.ts a", "a.ts b"]);
  await project.form("a.ts", "type T");
  assert.deepEqual([...look().keys()], ["a.ts a", "a.ts b"]);
});

test("an expression stands for its form when it is all of it", async (t) => {
  const { project, look } = await standings(t, {
    "a.ts": "f(1);\nawait f(2);\nconst x = f(3);\nfunction f(n: number) { return n; }\n",
  });
  for (const at of ["(1)", "(2)"]) await project.press("a.ts", at);
  assert.equal(look().size, 3, "f, the first and the second");
  const text = "f(3)";
  const start = "f(1);\nawait f(2);\nconst x = ".length;
  await project.evaluate("a.ts", { start, end: start + text.length });
  assert.equal(look().size, 3, "an expression inside a declaration");
  await project.press("a.ts", "await");
  assert.equal(look().size, 3);
});

test("the code is the same after edits of comments and spacing, another one after others", async (t) => {
  const { project, look } = await standings(t, { "a.ts": "const a = [1, 2];\n" });
  await project.form("a.ts", "const a");
  const code = look().get("a.ts a")?.code;
  await change(project, "a.ts", "const a = [1, 2]", "const a =\n  // two\n  [1,2]");
  assert.equal(look().get("a.ts a")?.code, code);
  await change(project, "a.ts", "[1,2]", "[1,3]");
  assert.notEqual(look().get("a.ts a")?.code, code);
});

test("a failure is kept beside what was evaluated before, until it goes well", async (t) => {
  const { project, look } = await standings(t, { "a.ts": "const a = 1;\n" });
  await project.form("a.ts", "const a");
  const good = look().get("a.ts a")?.code;
  project.edit("a.ts", "= 1", "= boom()");
  await project.press("a.ts", "const a", "form");
  const { code, failedCode } = look().get("a.ts a") ?? {};
  assert.equal(code, good);
  assert.ok(failedCode !== undefined && failedCode !== good);
  await change(project, "a.ts", "= boom()", "= 2");
  assert.equal(look().get("a.ts a")?.failedCode, undefined);
});

test("what read a value at once holds an older one when its name gets another", async (t) => {
  const { project, older } = await standings(t, {
    "a.ts": "const a = 1;\nconst b = a + 1;\nconst c = b + 1;\nconst later = () => a;\n",
  });
  await project.load("a.ts");
  await change(project, "a.ts", "const a = 1", "const a = 5");
  assert.deepEqual(older("a.ts b"), ["a"]);
  assert.deepEqual(older("a.ts c"), [], "c holds the value that b still has");
  assert.deepEqual(older("a.ts later"), [], "a function reads when it runs");
  await project.form("a.ts", "const b");
  assert.deepEqual(older("a.ts b"), []);
  assert.deepEqual(older("a.ts c"), ["b"]);
});

test("the same value again makes nothing older, an assignment neither", async (t) => {
  const { project, older } = await standings(t, {
    "a.ts": "let a = 1;\nconst b = a + 1;\na = 2;\n",
  });
  await project.form("a.ts", "let a");
  await project.form("a.ts", "const b");
  await project.form("a.ts", "let a");
  await project.form("a.ts", "a = 2");
  assert.deepEqual(older("a.ts b"), []);
});

test("methods, fields of instances and callbacks read later; what a class extends, static fields and calls in place at once", async (t) => {
  const { project, older } = await standings(t, {
    "a.ts": `class A {}
class Later { field = new A(); method() { return A; } }
const callback = [1].map(() => A.name);
class B extends A {}
class Fixed { static a = A; }
const called = (() => A)();
const member = { [A.name]: 1 };
`,
  });
  await project.load("a.ts");
  await change(project, "a.ts", "class A {}", "class A { x = 1 }");
  for (const name of ["Later", "callback"]) assert.deepEqual(older(`a.ts ${name}`), [], name);
  for (const name of ["B", "Fixed", "called", "member"]) {
    assert.deepEqual(older(`a.ts ${name}`), ["A"], name);
  }
});

test("across files, down to the file that declares it: named, renamed, passed on, by a star, as a whole module", async (t) => {
  const { project, older } = await standings(t, {
    "a.ts": "export const a = 1;\nexport const b = 1;\n",
    "list.ts": 'export { a as renamed } from "./a.ts";\n',
    "star.ts": 'export * from "./a.ts";\n',
    "use.ts": `import { a } from "./a.ts";
import { renamed } from "./list.ts";
import { a as starred, b } from "./star.ts";
import * as all from "./a.ts";
const one = a;
const two = renamed;
const three = starred;
const four = [all.a, all.b];
const other = b;
const whole = all;
`,
  });
  await project.load("use.ts");
  await change(project, "a.ts", "const a = 1", "const a = 2");
  assert.deepEqual(older("use.ts one"), ["a"]);
  assert.deepEqual(older("use.ts two"), ["renamed"]);
  assert.deepEqual(older("use.ts three"), ["starred"]);
  assert.deepEqual(older("use.ts four"), ["all.a"]);
  assert.deepEqual(older("use.ts other"), []);
  assert.deepEqual(older("use.ts whole"), [], "a module is read when it is used");
});

test("an import that was edited brings another value", async (t) => {
  const { project, older } = await standings(t, {
    "a.ts": "export const a = 1;\n",
    "b.ts": "export const a = 2;\n",
    "use.ts": 'import { a } from "./a.ts";\nconst one = a;\n',
  });
  await project.form("use.ts", "const one");
  await change(project, "use.ts", 'import { a } from "./a.ts"', 'import { a } from "./b.ts"');
  assert.deepEqual(older("use.ts one"), ["a"]);
});

test("statements of the file took values too; what is tried in an import.meta.repl block only when it has a name", async (t) => {
  const { project, look } = await standings(t, {
    "a.ts": `const a = {};
keep(a);
function keep(one: object) {}
if (import.meta.repl) {
  keep(a);
  const one = a;
}
`,
  });
  await project.load("a.ts");
  await project.form("a.ts", "  keep(a)");
  await project.form("a.ts", "const one");
  await project.form("a.ts", "const a");
  const { code } = readDocument("a.ts", "keep(a);").forms[0] ?? assert.fail();
  assert.deepEqual(look().get(`a.ts ${code}`)?.older, ["a"]);
  assert.deepEqual(look().get(`a.ts ${code} in repl`)?.older, []);
  assert.deepEqual(look().get("a.ts one")?.older, ["a"]);
});

test("names that are gone from a file that is loaded stand no more", async (t) => {
  const { project, look } = await standings(t, { "a.ts": "const a = 1;\nconst b = 2;\n" });
  await project.load("a.ts");
  project.edit("a.ts", "const b = 2;\n", "");
  await project.load("a.ts");
  assert.deepEqual([...look().keys()], ["a.ts a"]);
});

test("evaluating the same form again and again tells it once and keeps nothing more", async (t) => {
  const { project } = await standings(t, { "a.ts": "const a = 1;\n[a];\n" });
  for (let count = 0; count < 3; count += 1) await project.form("a.ts", "[a]");
  assert.equal(project.evaluator.takeStandings().length, 2, "a, and the expression");
  assert.deepEqual(project.evaluator.takeStandings(), []);
});
