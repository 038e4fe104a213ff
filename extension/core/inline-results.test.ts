// Inline results stay with their forms while the text round them changes.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EvaluateResult, Range } from "re-ops/protocol";
import type { TextEdit } from "./edits.ts";
import { InlineResults, type Asked } from "./inline-results.ts";
import { sampleValue } from "./samples.ts";

const FILE = "/project/a.ts";

test("an edit above moves a result, an edit of its own form removes that one only", () => {
  const results = new InlineResults();
  settle(results, "one", 100, 120);
  settle(results, "two", 200, 220);
  results.edit(FILE, [insertion(10, "abc\n")]);
  assert.deepEqual(places(results), [
    ["one", 104, 124],
    ["two", 204, 224],
  ]);
  results.edit(FILE, [insertion(110, "x")]);
  assert.deepEqual(places(results), [["two", 205, 225]]);
});

test("the same edit in another file changes nothing", () => {
  const results = new InlineResults();
  settle(results, "one", 100, 120);
  results.edit("/project/b.ts", [insertion(110, "x")]);
  assert.deepEqual(places(results), [["one", 100, 120]]);
});

test("edits made while the answer is on its way are applied to the range that it names", () => {
  const results = new InlineResults();
  results.begin(asked("one", { start: 110, end: 110 }));
  results.edit(FILE, [insertion(10, "abc\n")]);
  results.start("one", { start: 100, end: 120 });
  assert.deepEqual(places(results), [["one", 104, 124]]);
});

test("typing in a form that still runs keeps its mark and its result", () => {
  const results = new InlineResults();
  results.begin(asked("one", { start: 110, end: 110 }));
  results.start("one", { start: 100, end: 120 });
  results.edit(FILE, [insertion(110, "xx")]);
  results.settle("one", sampleValue({ range: { start: 100, end: 120 } }));
  assert.deepEqual(places(results), [["one", 100, 122]]);
});

test("an evaluation replaces settled results of the same text, and no running one", () => {
  const results = new InlineResults();
  settle(results, "old", 100, 120);
  settle(results, "elsewhere", 130, 140);
  results.begin(asked("first", { start: 105, end: 105 }));
  results.start("first", { start: 100, end: 120 });
  results.begin(asked("second", { start: 105, end: 105 }));
  results.start("second", { start: 100, end: 120 });
  assert.deepEqual(ids(results), ["elsewhere", "first", "second"]);
  results.settle("first", sampleValue({ range: { start: 100, end: 120 }, display: "1" }));
  results.settle("second", sampleValue({ range: { start: 100, end: 120 }, display: "2" }));
  assert.deepEqual(ids(results), ["elsewhere", "first", "second"]);
  settle(results, "third", 100, 120);
  assert.deepEqual(ids(results), ["elsewhere", "third"]);
});

test("loading a file replaces all its results, and shows its own where the cursor was", () => {
  const results = new InlineResults();
  settle(results, "old", 100, 120);
  results.begin({ ...asked("load", { start: 50, end: 50 }), mode: "file" });
  results.settle("load", sampleValue({ range: { start: 0, end: 500 } }));
  assert.deepEqual(places(results), [["load", 50, 50]]);
});

test("clearing removes what is settled and leaves what runs", () => {
  const results = new InlineResults();
  settle(results, "done", 100, 120);
  results.begin(asked("runs", { start: 200, end: 200 }));
  assert.deepEqual(results.filesWithSettled(), [FILE]);
  assert.equal(results.clear(FILE), true);
  assert.deepEqual(ids(results), ["runs"]);
  assert.equal(results.clear(FILE), false);
  assert.deepEqual(results.filesWithSettled(), []);
});

test("an error moves with lines added above it, and goes when its line is edited", () => {
  const results = new InlineResults();
  results.begin(asked("one", { start: 100, end: 120 }));
  results.settle("one", errorAt(5));
  results.edit(FILE, [insertion(10, "a\n")]);
  assert.equal(results.get("one")?.errorAt?.line, 6);
  results.edit(FILE, [insertion(10, "x", 5)]);
  assert.equal(results.get("one")?.errorAt, undefined);
});

test("a lost evaluation says why and counts as settled", () => {
  const results = new InlineResults();
  results.begin(asked("one", { start: 100, end: 120 }));
  results.lose("one", "the server ended");
  assert.deepEqual(results.get("one")?.phase, { kind: "lost", message: "the server ended" });
  assert.equal(results.clear(FILE), true);
});

test("an answer for what was closed meanwhile is ignored", () => {
  const results = new InlineResults();
  results.begin(asked("one", { start: 100, end: 120 }));
  results.close(FILE);
  results.settle("one", sampleValue());
  assert.deepEqual(results.all(), []);
});

test("one that waits for a server is shown at once, any other when something is known of it", () => {
  const results = new InlineResults();
  const told: string[] = [];
  results.onChange((file) => told.push(file));
  results.begin(asked("quick", { start: 0, end: 5 }));
  assert.deepEqual(told, []);
  results.begin({ ...asked("slow", { start: 0, end: 5 }), waits: true });
  assert.deepEqual(told, [FILE]);
});

test("every change is told with its file", () => {
  const results = new InlineResults();
  const told: string[] = [];
  const stop = results.onChange((file) => told.push(file));
  settle(results, "one", 100, 120);
  results.edit(FILE, [insertion(500, "x")]);
  results.clear(FILE);
  stop();
  settle(results, "two", 100, 120);
  assert.deepEqual(told, [FILE, FILE]);
});

function settle(results: InlineResults, id: string, start: number, end: number): void {
  results.begin(asked(id, { start, end }));
  results.settle(id, sampleValue({ range: { start, end } }));
}

function asked(id: string, range: Range): Asked {
  return { id, file: FILE, mode: "expression", range, waits: false };
}

function errorAt(line: number): EvaluateResult {
  const error = { message: "no", file: FILE, line, column: 3, frames: [] };
  return { kind: "error", range: { start: 100, end: 120 }, ms: 1, error, runs: [] };
}

function insertion(at: number, text: string, line = 0): TextEdit {
  const place = { line, column: 0 };
  return { start: at, end: at, text, from: place, to: place };
}

function places(results: InlineResults): [string, number, number][] {
  return results.of(FILE).map(({ id, range }) => [id, range.start, range.end]);
}

function ids(results: InlineResults): string[] {
  return results.of(FILE).map(({ id }) => id);
}
