// Where a JSON text is wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonMistake } from "./json-mistake.ts";

const long = `"${"x".repeat(200)}"`;
const wrong: readonly [string, number, number][] = [
  ['{\n  "k": oops }', 2, 8],
  ['{ "k": 1,\n}', 2, 1],
  ["[1, 2\n  3]", 2, 3],
  ['{ "k": ', 1, 7],
  ["", 1, 1],
  [`[\n${long},\n${long},\nnull,,\n${long}\n]`, 4, 6],
  ['{ "a": tru }', 1, 11],
];

for (const [text, line, column] of wrong) {
  test(`${JSON.stringify(text.slice(0, 30))} is wrong at ${line}:${column}`, () => {
    const mistake = jsonMistake("/a.json", text);
    assert.deepEqual([mistake?.range.line, mistake?.range.column], [line, column]);
    assert.match(mistake?.message ?? "", /^[^"]+ in JSON$/);
  });
}

test("a sound text has no mistake", () => {
  for (const text of ["{}", "\uFEFF[1]", " null\n"])
    assert.equal(jsonMistake("/a", text), undefined);
});
