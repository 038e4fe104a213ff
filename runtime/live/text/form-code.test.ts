// Comments and spacing do not change the code of a form; everything else does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, tokensOf } from "./form-code.ts";

const same: readonly (readonly [string, string])[] = [
  ["const a = f(1, 2);", "const   a=f( 1,2 ) ;"],
  ["const a = f(1);", "// why\nconst a = /* one */ f(1); // done"],
  ["f(a, b);", "f(\n  a,\n  b,\n);"],
  ["const a = [1, { b }];", "const a = [\n  1,\n  { b, },\n];"],
  ["const m: Map<string, Set<string>> = x;", "const m: Map<string, Set<string> > = x;"],
  ["a = `x ${f({ b: 1 })} y`;", "a = `x ${ f( {b:1} ) } y`;"],
  ["a = b / c / d;", "a = b/c/d;"],
  ["a = x.match(/a b/g);", "a = x.match( /a b/g );"],
  ["a()\r\n  .b();", "a().b();"],
  ["grüße = 'ä';", "grüße='ä';"],
  ["return1(a);", "return1\n(a);"],
];

const different: readonly (readonly [string, string])[] = [
  ["const a = f(1);", "const a = f(2);"],
  ["const ab = 1;", "const a = 1;"],
  ['const a = "x y";', 'const a = "x  y";'],
  ["const a = 'it /* is */';", "const a = 'it ';"],
  ["a = `x  ${b}`;", "a = `x ${b}`;"],
  ["a = `${b} // c`;", "a = `${b} `;"],
  ["a = `${`in ${b}  x`}`;", "a = `${`in ${b} x`}`;"],
  ["a = /a  b/;", "a = /a b/;"],
  ["a = /[/] \" /; b = '  '", "a = /[/] \" /; b = ' '"],
  ["() => { return 1 }", "() => { return\n1 }"],
  ["{ a\n++b }", "{ a++\nb }"],
  ["a - -b", "a-- b"],
  ["a = [,];", "a = [];"],
  ["a = [b, ,];", "a = [b];"],
  ["a! = b", "a != b"],
  ["f(a)", "f(a"],
];

for (const [one, other] of same) {
  test(`the same: ${JSON.stringify(one)}, ${JSON.stringify(other)}`, () => {
    assert.deepEqual(tokensOf(one), tokensOf(other));
    assert.equal(codeOf(one), codeOf(other));
  });
}

for (const [one, other] of different) {
  test(`an edit: ${JSON.stringify(one)}, ${JSON.stringify(other)}`, () => {
    assert.notDeepEqual(tokensOf(one), tokensOf(other));
    assert.notEqual(codeOf(one), codeOf(other));
  });
}

test("the words of a text are all there, in order", () => {
  assert.deepEqual(tokensOf("if (a) b = `c ${d}e`; // f"), [
    ..."if ( a ) b =".split(" "),
    "`c ${",
    "d",
    "}e`",
    ";",
  ]);
});
