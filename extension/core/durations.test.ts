// Durations grow from milliseconds to hours without ever showing two decimals.
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration } from "./durations.ts";

test("each size has its unit", () => {
  const shown = [0, 3.4, 99, 100, 440, 9940, 9960, 59_400, 61_000, 3_599_000, 7_260_000].map(
    formatDuration,
  );
  assert.deepEqual(shown, [
    "0 ms",
    "3 ms",
    "99 ms",
    "0.1 s",
    "0.4 s",
    "9.9 s",
    "10 s",
    "59 s",
    "1 min 1 s",
    "59 min 59 s",
    "2 h 1 min",
  ]);
});
