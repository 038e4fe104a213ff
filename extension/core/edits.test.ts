// Edits above move a range, edits beside it leave it, edits in it end it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { overlaps, shiftOfLines, shiftRange, stretchRange, type TextEdit } from "./edits.ts";

const form = { start: 100, end: 120 };

test("where an edit stands decides what becomes of a range", () => {
  const cases: [string, TextEdit, { start: number; end: number } | undefined][] = [
    ["a line above", edit(10, 10, "abc\n"), { start: 104, end: 124 }],
    ["removed above", edit(10, 20, ""), { start: 90, end: 110 }],
    ["below", edit(130, 140, "x"), form],
    ["inside", edit(105, 105, "x"), undefined],
    ["across the start", edit(95, 105, ""), undefined],
    ["all of it", edit(0, 200, ""), undefined],
    ["typed right before it", edit(100, 100, "a"), undefined],
    ["the beginning of a longer expression", edit(100, 100, "10 + "), undefined],
    ["a statement right before it", edit(100, 100, "first(); "), { start: 109, end: 129 }],
    ["a new line right before it", edit(100, 100, "\n"), { start: 101, end: 121 }],
    ["typed right after it", edit(120, 120, ".then()"), undefined],
    ["enter right after it", edit(120, 120, "\n  "), form],
    ["a semicolon right after it", edit(120, 120, ";"), form],
    ["a comment right after it", edit(120, 120, " // why"), form],
  ];
  for (const [name, change, expected] of cases) {
    assert.deepEqual(shiftRange(form, change), expected, name);
  }
});

test("a form that is still running keeps its place while somebody types in it", () => {
  assert.deepEqual(stretchRange(form, edit(105, 106, "xyz")), { start: 100, end: 122 });
  assert.deepEqual(stretchRange(form, edit(90, 110, "")), { start: 90, end: 100 });
  assert.deepEqual(stretchRange(form, edit(10, 10, "x")), { start: 101, end: 121 });
});

test("lines move with what is added above, and are gone when they are touched", () => {
  const lines = { first: 5, last: 6 };
  const cases: [string, TextEdit, number | undefined][] = [
    ["two lines added above", onLines([2, 3], [2, 3], "a\nb\n"), 2],
    ["lines removed above", onLines([1, 0], [4, 0], ""), -3],
    ["the line before it removed", onLines([4, 0], [5, 0], ""), -1],
    ["below", onLines([7, 0], [7, 0], "a\n"), 0],
    ["a line added at its start", onLines([5, 0], [5, 0], "\n"), 1],
    ["a line end typed in it", onLines([5, 4], [5, 4], "\n"), undefined],
    ["typed in it", onLines([6, 2], [6, 2], "x"), undefined],
    ["joined with the line before", onLines([4, 9], [5, 0], ""), undefined],
  ];
  for (const [name, edit, expected] of cases) {
    assert.equal(shiftOfLines(lines, edit), expected, name);
  }
});

test("ranges that only touch do not overlap", () => {
  assert.equal(overlaps({ start: 0, end: 5 }, { start: 5, end: 9 }), false);
  assert.equal(overlaps({ start: 0, end: 6 }, { start: 5, end: 9 }), true);
});

function edit(start: number, end: number, text: string): TextEdit {
  return { start, end, text, from: { line: 0, column: start }, to: { line: 0, column: end } };
}

function onLines(from: [number, number], to: [number, number], text: string): TextEdit {
  return {
    start: from[0] * 100 + from[1],
    end: to[0] * 100 + to[1],
    text,
    from: { line: from[0], column: from[1] },
    to: { line: to[0], column: to[1] },
  };
}
