// The outline of a text: its forms with what they declare and read, where they stand, and whether they are pure.
import assert from "node:assert/strict";
import { test } from "node:test";
import { formsOf } from "./forms.ts";

function outline(text: string) {
  return formsOf(text, "/project/a.ts").map(({ kind, names, reads, pure }) =>
    [kind, names.join(), reads.join(), pure ? "pure" : "acts"].join(" | "),
  );
}

test("kinds, names and reads", () => {
  assert.deepEqual(
    outline(`#!/usr/bin/env node
import def, { a, type T, b as c } from "x";
import * as all from "y";
import old = require("z");
import type { U } from "x";
import type { V } from "x";
export const { d, e: [f] = g, ...h } = i as T, j = () => d + k;
export async function l(m: typeof n = o, { p } = q): Promise<r> { s(m, p); }
class t extends u { static v = w; x = y; }
enum z { One = a }
namespace ns { export const inner = c; }
namespace types { export type X = 1; }
import alias = all.deep;
type W = string;
interface I { a: typeof a }
declare const declared: string;
export { a, l as m };
export * from "x";
export default t;
for (let n = 0; n < a; n++) l(n);
a.b.c?.({ a, b: c }, \`\${d}\`);
if (import.meta.repl) { const x = a; x; }
`),
    [
      "import | def,a,c |  | pure",
      "import | all |  | pure",
      "import | old |  | pure",
      "types |  |  | pure",
      "types |  |  | pure",
      "variable | d,f,h,j | g,i,k | pure",
      "function | l | o,q,s | pure",
      "class | t | u,w,y | pure",
      "enum | z | a | pure",
      "namespace | ns | c | pure",
      "types |  |  | pure",
      "alias | alias | all | pure",
      "types |  |  | pure",
      "types |  |  | pure",
      "types |  |  | pure",
      "export |  | a,l | pure",
      "export |  |  | pure",
      "default | default | t | pure",
      "statement |  | a,l | acts",
      "expression |  | a,c,d | acts",
      "repl |  |  | acts",
    ],
  );
});

test("a block of `import.meta.repl` has its statements as forms; others are plain statements", () => {
  const [block, other, negated] = formsOf(
    "if (import.meta.repl) {\n  const x = 1;\n  x;\n}\nif (import.meta.repl) { 1; } else { 2; }\nif (!import.meta.repl) { 3; }",
    "/project/a.ts",
  );
  assert.deepEqual(
    block?.inner.map(({ kind, range }) => [kind, range.line, range.column]),
    [
      ["variable", 2, 3],
      ["expression", 3, 3],
    ],
  );
  assert.deepEqual([other?.kind, negated?.kind], ["statement", "statement"]);
});

test("ranges count lines and columns from 1 in UTF-16 units, whatever stands before", () => {
  const [, form] = formsOf("const ü = '😀';\n\n  /* 😀 */ call(\n  );\n", "/project/a.ts");
  assert.deepEqual(form?.range, { line: 3, column: 12, endLine: 4, endColumn: 5 });
});
