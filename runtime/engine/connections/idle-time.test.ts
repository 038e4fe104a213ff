// The idle time as a user writes it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { idleTimeOf } from "./idle-time.ts";

test("minutes of RE_OPS_IDLE_MINUTES; ten without it, and for what is none", () => {
  const of = (text: string) => idleTimeOf({ RE_OPS_IDLE_MINUTES: text }) / 60_000;
  assert.equal(idleTimeOf({}) / 60_000, 10);
  assert.deepEqual(
    ["30", "0.5", "0", "", "soon", "-1", "1e9"].map(of),
    [30, 0.5, 0, 10, 10, 10, 10],
  );
});
