// Batches lose nothing, keep the order, and end with a flush.
import assert from "node:assert/strict";
import { test } from "node:test";
import { batch } from "./batch.ts";

const light = { weigh: () => 0, most: 1 };

test("what comes close together is handed over once, in order", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const handed: number[][] = [];
  const gathered = batch<number>(5, light, (items) => handed.push(items));
  gathered.add([1]);
  t.mock.timers.tick(4);
  gathered.add([2, 3]);
  assert.deepEqual(handed, []);
  t.mock.timers.tick(1);
  assert.deepEqual(handed, [[1, 2, 3]]);
  gathered.add([4]);
  gathered.flush();
  gathered.flush();
  t.mock.timers.tick(100);
  assert.deepEqual(handed, [[1, 2, 3], [4]]);
});

test("what weighs much is not held back until there is too much of it", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const handed: number[][] = [];
  const byNumber = { weigh: (number: number) => number, most: 10 };
  const gathered = batch<number>(5, byNumber, (items) => handed.push(items));
  gathered.add([4, 4, 4, 20, 1]);
  assert.deepEqual(handed, [[4, 4, 4], [20]]);
  t.mock.timers.tick(5);
  assert.deepEqual(handed, [[4, 4, 4], [20], [1]]);
});
