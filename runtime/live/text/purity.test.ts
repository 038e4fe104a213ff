// Which declarations may be evaluated on the way to another form.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as everything from "../../public.ts";
import { formsOf } from "./forms.ts";
import { describesOnly } from "./purity.ts";

const context = `import { operation, sh, Hosts as Fleet, run, secret } from "re-ops";
import * as ops from "re-ops";
import { operation as other } from "elsewhere";
const known = 1;
const created = create();
`;

const pure = [
  "const x = 1, y = 'a', z = /r/, n = null, u = undefined, big = 1n;",
  "const x = `a ${known}`;",
  "const x = [known, ...[1], , { known, [known]: 1, f() {}, ...{} }];",
  "const x = -known + 2 * (known as number)! || !known ? known : void 0;",
  "const f = () => create(), g = function () { create(); }, h = async () => await create();",
  "function f() { create(); }",
  "class A { x = create(); static y = known; m() { create(); } get z() { return 1; } }",
  "class A extends Base {}\nclass Base {}",
  "const C = class { static #p = [known]; };",
  "let x; let y = known; var z = 1;",
  "const { a, b: { c = known }, ...rest } = known as any, [d = 1] = [known];",
  "const a = b;\nconst b = a;",
  "const x = known.a?.b['c'];",
  "const x = operation('up', (flags = '') => sh`uptime ${flags}`);",
  "const x = new Fleet({}, ['a']), y = ops.operation('x', () => ops.sh`x`), z = secret('s');",
  "const x = new Map([[known, 1]]), y = new Set();",
  "const x = web.with({ concurrency: known });\nexport const web = new Fleet({}, ['a']);",
  "const x = y.first(), y = web.only(['a']).with({});\nconst web = new ops.Hosts({}, ['a']);",
  "export default { known };",
  "enum E { A = known, B = 'x'.length }",
  "namespace N { export const a = known; export function f() { create(); } type T = 1 }",
  "const even = (n: number): boolean => n === 0 || odd(n - 1);\nconst odd = (n: number): boolean => even(n);",
];

const acting = [
  "const x = create();",
  "const x = created;",
  "const x = [created];",
  "const x = { [create()]: 1 };",
  "const x = `${create()}`;",
  "const x = new Thing();",
  "const web = new Fleet({}, ['a']);\nconst x = web.with({ concurrency: create() });",
  "const web = new Fleet({}, create());\nconst x = web.with({});",
  "let web = new Fleet({}, ['a']);\nconst x = web.with({});",
  "const web = new Fleet({}, ['a']);\nconst x = web.other();",
  "const x = known.with({});",
  "const x = x.with({});",
  "const x = run(known);",
  "const x = other('not of re-ops');",
  "const x = ops.run(known);",
  "const x = operation(create());",
  "const x = await known;",
  "const x = (known, create());",
  "const x = delete known.a;",
  "let x = known++;",
  "const { a = create() } = known as any;",
  "class A { static x = create(); }",
  "class A { static { create(); } }",
  "class A { [create()]() {} }",
  "class A extends create() {}",
  "enum E { A = create() }",
  "namespace N { create(); export const a = 1; }",
  "using x = known;",
  "export default create();",
  "const Set = create(); const x = new Set();",
  "const sh2 = sh; const x = sh2`a`;",
];

const lastOf = (text: string) => formsOf(context + text, "/project/a.ts").slice(5);

for (const text of pure) {
  test(`pure: ${text}`, () => {
    assert.ok(lastOf(text).every((form) => form.pure));
  });
}

for (const text of acting) {
  test(`acts: ${text}`, () => {
    assert.equal(lastOf(text).at(-1)?.pure, false);
  });
}

test("in a repl block names are those of the block first", () => {
  const text =
    "if (import.meta.repl) { const mine = create(); const x = [known, mine]; const y = known; }";
  const [block] = formsOf(context + text, "/project/a.ts").slice(5);
  assert.deepEqual(
    block?.inner.map((form) => form.pure),
    [false, false, true],
  );
});

test("of what `re-ops` exports, every function but `run` only describes", () => {
  const functions = Object.entries(everything).filter(([, value]) => typeof value === "function");
  const acting = functions.map(([name]) => name).filter((name) => !describesOnly(name));
  assert.deepEqual(acting, ["run"]);
});
