// An edited text read again is what it is read for the first time: forms, positions and syntax, through thousands of edits.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { readDocument } from "./document.ts";
import type { SourceDocument } from "./document.ts";
import type { Form } from "./form.ts";
import { reread } from "./reread.ts";

const FILE = "/project/a.ts";
const SCRIPT = "/project/a.js";

const MIXED = `#!/usr/bin/env node
import { a as b } from "./b.ts"; import c, * as d from "c";
const text = \`a \${b + \`\${c}\`} /* no comment */\`
;[1, 2].map(String)
let x = 1, y = x
++x
const pattern = /[/\`"]\\//g, half = x / 2 / y;
@decorate export class A<T> extends Array<T> { #p = 1; static { x++ } get v() { return this.#p; } }
function f(a: string): void;
function f(a: unknown) { return typeof a }
enum Size { small, large = 2 }
type T = { [key: string]: typeof x };
export default async function () { await f("ü😀") };
label: for (const one of [1]) { continue label }
if (import.meta.repl) {
  const inner = f("x"); x = 2
  inner
}
export * from "d"
export { x as "a b", type T }
if (x) { y } else z
async
(x)
type
Foo
`;
const OWN = readFileSync(new URL("ranges.ts", import.meta.url), "utf8");

const PIECES = [
  ..."` ' \" / { } ( ) [ ] ; : , . @ < #".split(" "),
  ..."\n| ".split("|"),
  ..."in |x|++|=> |/*|*/|//|${|\r\n|export |async |await |const q = 1;\n|let z\n|(b)\n".split("|"),
  ..."enum Size { more }\n|function f(b: number): void;\n|type \n|abstract |declare |label2: |\u2028|ü😀".split(
    "|",
  ),
];

const edits = fc.array(
  fc.record({
    at: fc.nat(),
    length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(200)),
    piece: fc.oneof(fc.constant(""), fc.constantFrom(...PIECES)),
  }),
  { minLength: 1, maxLength: 8 },
);

test("an edited text is read again as it is read at first", () => {
  let taken = 0;
  let all = 0;
  const follow = fc.property(fc.constantFrom(MIXED, OWN), edits, (text, changes) => {
    let before = readDocument(FILE, text);
    for (const { at, length, piece } of changes) {
      const start = at % (before.text.length + 1);
      const edited = before.text.slice(0, start) + piece + before.text.slice(start + length);
      const again = reread(before, edited);
      const expected = readDocument(FILE, edited);
      all += 1;
      if (again !== undefined) {
        taken += 1;
        const { forms, broken, lines } = again;
        assert.deepEqual(broken, expected.broken);
        assert.deepEqual(lines, expected.lines);
        assert.deepEqual(forms.map(outlineOf), expected.forms.map(outlineOf));
      }
      // What does not parse is left behind, as an editor does that comes back to what was read before it.
      if (expected.broken.length === 0) before = readDocument(FILE, edited, before);
      assert.deepEqual(placesOfNames(before), placesOfNames(readDocument(FILE, before.text)));
    }
  });
  fc.assert(follow, { numRuns: 500 });
  assert.ok(taken > all / 4, `${taken} of ${all} were read in part`);
});

const far: readonly (readonly [what: string, text: string, from: string, to: string])[] = [
  [
    "what becomes an expression goes on",
    "a();\n\nfunction f() {}\n(1);\nb();\n",
    "\n\n",
    "\nx =\n",
  ],
  ["two that merge, far apart", "enum A { x }\na();\nb();\nc();\n", "c();", "enum A { y = 2 }"],
  [
    "what stood between two that merge then",
    "enum A { x }\na();\nb();\nclass A {}\nc();\nd();\nenum A { y = 2 }\n",
    "class A {}",
    "",
  ],
  ["behind two that merge", "enum A { x }\na();\nenum A { y = 2 }\nb();\nc();\n", "b();", "d();"],
  ["what goes on with the form before", "a();\nb()\n\nc();\nd();\n", "\n\n", "\n(1)\n"],
  ["the text between two words", "a();\nx\n+ b\nc();\nd();\n", "x\n+", "x;+"],
  ["the last form", "a();\nb();\nc();\n", "c", "d"],
  ["the first form", "a();\nb();\nc();\n", "a", "d"],
  ["the end", "a();\nb();\nc();\n", "c();\n", "c();\nd();"],
];

for (const [what, text, from, to] of far) {
  test(`an edit that concerns more than its form: ${what}`, () => {
    assert.ok(text.includes(from));
    const edited = text.replace(from, to);
    const again = readDocument(FILE, edited, readDocument(FILE, text));
    assert.deepEqual(again.forms.map(outlineOf), readDocument(FILE, edited).forms.map(outlineOf));
  });
}

test("what concerns several statements of a script is none of one of them", () => {
  const text = "export const x = 1;\na();\nb();\nc();\nd();\nconst y = 2;\n";
  const edited = text.replace("const y", "export const x");
  const again = readDocument(SCRIPT, edited, readDocument(SCRIPT, text));
  assert.deepEqual(again.broken, readDocument(SCRIPT, edited).broken);
});

test("forms beyond the edit are the same, or the same moved; only what is around it is parsed", () => {
  const text = "f(1);\nf(2);\nf(3);\nf(4);\nf(5);\nf(6);\n";
  const before = readDocument(FILE, text);
  const after = readDocument(FILE, text.replace("f(4)", "four()"), before);
  const isSame = after.forms.map((form, index) => form === before.forms[index]);
  assert.deepEqual(isSame, [true, true, false, false, false, false]);
  assert.deepEqual(
    after.forms.map((form) => form.nodes.map(({ start, end }) => after.text.slice(start, end))),
    [["f(1);"], ["f(2);"], ["f(3);"], ["four();"], ["f(5);"], ["f(6);"]],
  );
});

function outlineOf(form: Form): unknown {
  const { kind, parts, start, end, text, names, declared, merging, inRepl, code, nodes } = form;
  const syntax = JSON.stringify(nodes, withoutDirectives);
  const inner = form.inner.map(outlineOf);
  const reads = [...form.reading.names];
  return {
    kind,
    parts,
    start,
    end,
    text,
    names,
    declared,
    merging,
    inRepl,
    code,
    inner,
    reads,
    syntax,
  };
}

function placesOfNames(document: SourceDocument): unknown {
  const names = document.forms.flatMap((form) => form.names);
  return names.map((name) => [
    name,
    document.forms.findIndex((form) => form === document.declaring(name, false)),
  ]);
}

/** A string that begins a piece of text is taken for a directive there, which says nothing in a module. */
function withoutDirectives(key: string, value: unknown): unknown {
  return key === "directive" || key === "range" ? undefined : value;
}
