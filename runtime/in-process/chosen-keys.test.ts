// Numbers choose keys, yes all of them, no none; anything else is unclear, and never trusts a key.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readChosen } from "./chosen-keys.ts";

test("yes, no, numbers and ranges of them choose keys", () => {
  assert.deepEqual(readChosen(" Yes ", 3), [0, 1, 2]);
  assert.deepEqual(readChosen("no", 3), []);
  assert.deepEqual(readChosen("1,3-5", 9), [0, 2, 3, 4]);
  assert.deepEqual(readChosen(" 9 2-3 , 3 ", 9), [1, 2, 8]);
  assert.deepEqual(readChosen("4-4", 4), [3]);
});

test("whatever is not clear chooses nothing", () => {
  for (const typed of [
    "",
    "y",
    "n",
    "all",
    "0",
    "10",
    "5-3",
    "1-",
    "-3",
    "1,,2",
    "1,",
    "1.5",
    "1, yes",
  ]) {
    assert.equal(readChosen(typed, 9), undefined, typed);
  }
});
