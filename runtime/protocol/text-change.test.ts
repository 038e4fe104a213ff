// A change leads from one text to the other, and is no larger than it must be.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyChange, changeBetween } from "./text-change.ts";

const cases = [
  ["", "", { start: 0, end: 0, text: "" }],
  ["", "a", { start: 0, end: 0, text: "a" }],
  ["a", "", { start: 0, end: 1, text: "" }],
  ["abc", "abc", { start: 3, end: 3, text: "" }],
  ["abc", "axc", { start: 1, end: 2, text: "x" }],
  ["aa", "aaa", { start: 2, end: 2, text: "a" }],
  ["aba", "ababa", { start: 3, end: 3, text: "ba" }],
  [
    `${"x".repeat(5000)}1${"y".repeat(5000)}`,
    `${"x".repeat(5000)}${"y".repeat(5000)}`,
    { start: 5000, end: 5001, text: "" },
  ],
] as const;

for (const [before, after, change] of cases) {
  test(`from ${before.slice(0, 5)} to ${after.slice(0, 5)}`, () => {
    assert.deepEqual(changeBetween(before, after), change);
    assert.equal(applyChange(before, change), after);
  });
}

test("a change of any two texts leads from one to the other", () => {
  const text = fc.array(fc.constantFrom("ab", "ba", "x".repeat(700), "\n", "😀"), {
    maxLength: 12,
  });
  const leads = fc.property(text, text, (one, other) => {
    const [before, after] = [one.join(""), other.join("")];
    assert.equal(applyChange(before, changeBetween(before, after)), after);
  });
  fc.assert(leads, { numRuns: 500 });
});

test("a change of a longer text than there is, is refused", () => {
  assert.throws(
    () => applyChange("abc", { start: 2, end: 4, text: "" }),
    /no piece of a text of 3/,
  );
  assert.throws(() => applyChange("abc", { start: 2, end: 1, text: "" }), /2 to 1/);
});
