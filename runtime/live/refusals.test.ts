// What cannot be evaluated is refused at its place, with what to do instead.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../test/support/live-project.ts";

const refused: Record<string, { text: string; at: [number, number]; message: RegExp }> = {
  "a direct eval": { text: 'const x = eval("1");', at: [1, 11], message: /direct `eval`/ },
  "a direct eval in a function": {
    text: 'const f = () => {\n  return eval("1");\n};',
    at: [2, 10],
    message: /direct `eval`/,
  },
  with: { text: "with (globalThis) { 1; }", at: [1, 1], message: /`with`/ },
  "arguments outside a function": { text: "void arguments;", at: [1, 6], message: /`arguments`/ },
  "arguments in an arrow function": {
    text: "const f = () => arguments;",
    at: [1, 17],
    message: /`arguments`/,
  },
  "a decorator of a parameter": {
    text: "class A { m(@dec a: 1) {} }",
    at: [1, 13],
    message: /decorators of parameters/,
  },
  "export =": { text: "export = 1;", at: [1, 1], message: /CommonJS/ },
};

for (const [what, { text, at, message }] of Object.entries(refused)) {
  test(`${what} is refused`, async (t) => {
    const project = await liveProject(t, { "a.ts": text });
    const result = await project.evaluate("a.ts", {});
    assert.ok(result.kind === "error", "it must be refused");
    assert.match(result.error.message, message);
    assert.deepEqual([result.error.line, result.error.column], at);
    assert.ok(result.error.next, "it says what to do");
  });
}

test("an indirect eval and `arguments` in a function are fine", async (t) => {
  const project = await liveProject(t, { "a.ts": "" });
  assert.equal(await project.value("a.ts", '(0, eval)("1 + 1")'), 2);
  assert.equal(await project.value("a.ts", "(function () { return arguments.length; })()"), 0);
});

const selections: Record<string, { text: string; message: RegExp }> = {
  "half of a call": { text: "f(«a, b»);", message: /not a whole expression/ },
  "half of a sum": { text: "a + «b + c»;", message: /not a whole expression/ },
  "a property name": { text: "a.«b».c;", message: /not a whole expression/ },
  "a key": { text: "({ «a»: 1 });", message: /not a whole expression/ },
  "a type": { text: "let a: «string»;", message: /not a whole expression/ },
  "the end of one form and the next": { text: "f(«a);\ng(b);»", message: /middle of a form/ },
  "a statement of a function": {
    text: "function f() {\n  «const a = 1;»\n}",
    message: /not a whole/,
  },
  "a comment": { text: "f();\n«// nothing»\n", message: /only a comment/ },
  blanks: { text: "f();\n«  \n»\n", message: /nothing to evaluate/ },
  "a parameter": {
    text: "function f(hs: string) { return «hs»; }",
    message: /`hs` belongs to the function `f`/,
  },
  "a loop's variable": { text: "for (const h of hs) g(«h»);", message: /`h` belongs to the loop/ },
  "a caught error": {
    text: "try {} catch (e) { g(«e.x»); }",
    message: /`e` belongs to the `catch`/,
  },
  "a name of a block": { text: "{ const b = 1; g(«b»); }", message: /`b` belongs to the block/ },
  "`this` of a method": {
    text: "class A { f() { return «this.x»; } }",
    message: /`this` belongs to the function/,
  },
  "a private name": {
    text: "class A { static #x = 1; f(o: A) { return () => «A.#x»; } }",
    message: /belongs to the class/,
  },
};

for (const [what, { text, message }] of Object.entries(selections)) {
  test(`selecting ${what} is refused`, async (t) => {
    const project = await liveProject(t, {});
    const start = text.indexOf("«");
    const end = text.indexOf("»") - 1;
    const plain = text.replace(/[«»]/g, "").replace("»", "");
    const result = await project.evaluate("a.ts", { text: plain, start, end });
    assert.ok(result.kind === "error", "it must be refused");
    assert.match(result.error.message, message);
    assert.equal(result.error.name, "Selection");
  });
}

test("names of inner functions in the selection itself are no obstacle", async (t) => {
  const project = await liveProject(t, {});
  const text = "function f(n: number) { return [1, 2].map((n) => n * 2); }";
  const start = text.indexOf("[1");
  const end = text.indexOf("; }");
  const result = await project.evaluate("a.ts", { text, start, end });
  assert.deepEqual(result.kind === "value" && result.box.value, [2, 4]);
});

test("a name can be selected where it is declared or imported", async (t) => {
  const project = await liveProject(t, { "b.ts": "export const b = 2;\n" });
  const text =
    'import { b as two } from "./b.ts";\nconst [one] = [1];\nif (import.meta.repl) { const three = 3; }\n';
  for (const [name, value] of Object.entries({ two: 2, one: 1, three: 3 })) {
    const start = text.indexOf(name);
    const result = await project.evaluate("a.ts", { text, start, end: start + name.length });
    assert.deepEqual(result.kind === "value" && [result.box.value, result.statement], [
      value,
      "expression",
    ]);
  }
});
