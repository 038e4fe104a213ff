// Batches lose nothing, keep the order, and end with a flush.
import assert from "node:assert/strict";
import { test } from "node:test";
import { batch } from "./batch.ts";

test("what comes close together is handed over once, in order", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const handed: number[][] = [];
  const gathered = batch<number>(5, (items) => handed.push(items));
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
