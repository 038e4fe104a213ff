// Rewritten code means what it meant: calls and their `this`, names of functions, destructuring, semicolons that are not there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../test/support/live-project.ts";

/** Each file leaves `seen`, the value that the same text leaves in Node. */
const cases: Record<string, { text: string; seen: unknown }> = {
  "a plain call gets no `this`": {
    text: `function self(this: unknown) { return this; }
const tag = self as any;
export const seen = [self(), (self)(), (self as any)(), self!(), self?.(), (self satisfies unknown as any)(), tag\`x\`, self<string>?.()];
`,
    seen: Array.from({ length: 8 }, () => undefined),
  },
  "a method keeps its `this`": {
    text: "const box = { n: 1, get() { return this.n; } };\nexport const seen = [box.get(), box['get'](), box?.get()];\n",
    seen: [1, 1, 1],
  },
  "a call after a line without a semicolon stays a call of its own": {
    text: `const log: number[] = []
const value = 1
const push = (n: number) => log.push(n)
function fill() {
  const local = value
  push(local)
  let other
  other = value
  push\`\`
  if (other) push(2)
  else push(3)
  for (const n of [4])
    push(n)
  switch (value) { case 1: value
    push(5) }
  return
  push(6)
}
fill()
export const seen = log.filter((n) => typeof n === "number")
`,
    seen: [1, 2, 4, 5],
  },
  "names of functions and classes are inferred as ever": {
    text: `export const arrow = () => 1, plain = function () {}, Klass = class {}, { inner = () => 1 } = {} as any;
export let assigned: any, nullish: any;
assigned = () => 1;
nullish ??= function () {};
export default () => 1;
import self from "./a.ts";
export const seen = [arrow, plain, Klass, inner, assigned, nullish, self].map((one) => one.name);
`,
    seen: ["arrow", "plain", "Klass", "inner", "assigned", "nullish", "default"],
  },
  "shorthand, defaults and destructuring of names of the file": {
    text: `let a = 1, b = 2, c: any, d: any;
({ a, c = a + 10, ...d } = { a: 5, e: 6 } as any);
[b = a, d.x] = [undefined, 7] as any;
export const seen = [{ a, b, d }, (({ a = b }) => a)({}), \`\${a}\`];
c = [];
`,
    seen: undefined,
  },
  "a declaration reads its own earlier names": {
    text: "const [one, two = one + 1, { three = two + 1 } = {} as any] = [1] as any[], four = three + 1, later = () => four;\nexport const seen = [one, two, three, four, later()];\n",
    seen: [1, 2, 3, 4, 4],
  },
  "inner names hide those of the file": {
    text: `const name = "file", list = [1];
class name2 { name = name; static name = "static"; of(name: string) { return name; } }
function inner(name = "default", { list: [first] = [9] } = { list }) { { let name = 1; void name; } return [name, first]; }
label: for (const name of [0]) { if (name === 0) break label; }
export const seen = [inner(), new name2().name, new name2().of("p"), ((name: any) => ({ name }))(3), { name: 1, list() {} }.name];
try { throw "thrown"; } catch (name) { void name; }
`,
    seen: [["default", 1], "file", "p", { name: 3 }, 1],
  },
  "updates, compound assignment, delete, typeof, in, new": {
    text: `let n = 1, o: any = { a: 1 };
n++; --n; n += 4; n **= 2; o.a ||= 3; o.b ??= n; delete o.a;
class Made { constructor(public x = n) {} }
const all = { Made };
export const seen = [n, o, typeof n, typeof nowhere, "b" in o, new Made().x, new Made, new all.Made(2).x, void n];
`,
    seen: undefined,
  },
  "generators, async functions, getters, private fields, static blocks": {
    text: `let total = 0;
function* numbers() { yield total++; yield* [total]; }
class Counter { #n = total; static started = 0; static { Counter.started = total + 5; } get n() { return this.#n; } set n(v) { total = this.#n = v; } }
const counter = new Counter();
counter.n = 3;
export const seen = [[...numbers()], counter.n, Counter.started, await (async () => total)()];
`,
    seen: [[3, 4], 3, 5, 4],
  },
  "enums, namespaces, parameter properties, import aliases": {
    text: `const base = 2;
export enum Level { Low = base, High = Level.Low * 10, Name = "x".length }
namespace Deep { export const value = Level.High; export namespace Deeper { export const f = () => value + base; } }
import f = Deep.Deeper.f;
abstract class Shape { constructor(protected readonly side: number, public name = Level[2]) {} abstract area(): number; }
class Square extends Shape { area() { return this.side ** 2; } }
declare const ambient: string;
export const seen = [Level.High, Level[20], f(), new Square(3).area(), new Square(1).name];
`,
    seen: [20, "High", 22, 9, "Low"],
  },
  "names that the rewriting itself uses": {
    text: "const $file = 1, $form = 2, $repl = 3;\nfunction $($file_: number) { return [$file, $form, $repl, $file_]; }\nexport const seen = $(4);\n",
    seen: [1, 2, 3, 4],
  },
  "strict mode and no `this` at the top": {
    text: "export const seen: unknown[] = [this, (() => this)(), (function (this: unknown) { return this; })()];\ntry { Object.freeze(seen).push(1); } catch (error) { void error; }\n",
    seen: [undefined, undefined, undefined],
  },
  "comments and text that look like code": {
    text: `const value = 1; /* value( */
const call = (n: number) => n;
export const seen = [call /* ( */ (value), call(/* value */ value), "value(", \`\${"value"}\`, /value/.source]; // value(
`,
    seen: [1, 1, "value(", "value", "value"],
  },
};

for (const [what, { text, seen }] of Object.entries(cases)) {
  test(what, async (t) => {
    const project = await liveProject(t, { "a.ts": text });
    await project.load("a.ts");
    const value = await project.value("a.ts", "seen");
    if (seen !== undefined) assert.deepEqual(value, seen);
    else assert.deepEqual(JSON.parse(JSON.stringify(value)), OTHER_WAY[what]);
  });
}

/** What has classes or `undefined` in it, as JSON. */
const OTHER_WAY: Record<string, unknown> = {
  "shorthand, defaults and destructuring of names of the file": [
    { a: 5, b: 5, d: { e: 6, x: 7 } },
    5,
    "5",
  ],
  "updates, compound assignment, delete, typeof, in, new": [
    25,
    { b: 25 },
    "number",
    "undefined",
    true,
    25,
    { x: 25 },
    2,
    null,
  ],
};

test("every form by itself gives the same as the whole file", async (t) => {
  for (const [what, { text, seen }] of Object.entries(cases)) {
    if (seen === undefined || text.includes("import self")) continue;
    const project = await liveProject(t, { "a.ts": text });
    const result = await project.evaluate("a.ts", {});
    assert.ok(
      result.kind === "value",
      `${what}: ${result.kind === "error" && result.error.message}`,
    );
    assert.deepEqual(await project.value("a.ts", "seen"), seen, what);
    project.evaluator.dispose();
  }
});
