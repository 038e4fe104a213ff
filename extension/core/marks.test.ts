// Marks keep the first time of each step, and not more evaluations than a benchmark needs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Marks } from "./marks.ts";

test("each step keeps its first time", () => {
  let now = 0;
  const marks = new Marks(() => (now += 1));
  marks.note("a", "asked");
  marks.note("a", "shown");
  marks.note("a", "shown");
  marks.note("never asked", "shown");
  assert.deepEqual(marks.all(), [{ id: "a", asked: 1, shown: 2 }]);
});

test("the oldest are forgotten", () => {
  const marks = new Marks(() => 0);
  for (let index = 0; index < 600; index++) marks.note(String(index), "asked");
  assert.equal(marks.all().length, 500);
  assert.equal(marks.all()[0]?.id, "100");
});
