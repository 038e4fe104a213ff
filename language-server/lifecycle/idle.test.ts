// A server ends only after it was idle for the whole of the grace period.
import assert from "node:assert/strict";
import { test } from "node:test";
import { watchIdle } from "./idle.ts";

test("whoever comes within the grace period starts it anew when they leave", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let isIdle = true;
  let ended = 0;
  const watch = watchIdle({ isIdle: () => isIdle, graceMs: () => 100, onIdle: () => (ended += 1) });
  t.mock.timers.tick(99);
  isIdle = false;
  watch.look();
  t.mock.timers.tick(1000);
  isIdle = true;
  watch.look();
  watch.look();
  t.mock.timers.tick(99);
  assert.equal(ended, 0);
  t.mock.timers.tick(1);
  assert.equal(ended, 1);
  watch.look();
  watch.dispose();
  t.mock.timers.tick(1000);
  assert.equal(ended, 1);
});
