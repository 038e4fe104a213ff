// Which time is over when, by a clock of the test's own.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../waiting/clock.ts";
import { Interrupted, watchStep } from "./step-watch.ts";

/** A clock that stands still until it is told to go on, in steps as small as any deadline's. */
function handClock() {
  const due = new Map<object, { at: number; callback: () => void }>();
  let now = 0;
  const clock: Clock = {
    now: () => now,
    elapsed: () => now,
    after(ms, callback) {
      const key = {};
      due.set(key, { at: now + ms, callback });
      return () => void due.delete(key);
    },
  };
  const pass = async (ms: number) => {
    for (const end = now + ms; now < end;) {
      now += 10;
      for (const [key, { at, callback }] of due) {
        if (at > now) continue;
        due.delete(key);
        callback();
      }
      await turns();
    }
  };
  return { clock, pass, pending: () => due.size };
}

/** A time that is over is confirmed some turns later. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const quiet = new AbortController().signal;

function watch(
  clock: Clock,
  options: { idleTimeoutMs?: number; stepTimeoutMs?: number; signal?: AbortSignal },
) {
  const { signal, ...watched } = watchStep({ signal: quiet, clock, ...options });
  watched.startTimes();
  const seen = () => (signal.reason instanceof Interrupted ? signal.reason : undefined);
  return { ...watched, why: () => seen()?.why, message: () => seen()?.message };
}

test("silence is over after its time, counted from the last output", async () => {
  const { clock, pass } = handClock();
  const { hear, why } = watch(clock, { idleTimeoutMs: 1000 });
  await pass(900);
  hear();
  await pass(900);
  hear();
  await pass(980);
  assert.equal(why(), undefined);
  await pass(100);
  assert.equal(why(), "idleTime");
});

test("time in which no more output could be taken is no silence", async () => {
  const { clock, pass } = handClock();
  const { promise: room, resolve } = Promise.withResolvers<void>();
  const { hear, why } = watch(clock, { idleTimeoutMs: 1000 });
  hear(room);
  await pass(5000);
  assert.equal(why(), undefined);
  resolve();
  await turns();
  await pass(900);
  assert.equal(why(), undefined);
  await pass(1200);
  assert.equal(why(), "idleTime");
});

test("the step's own time goes on whatever it says", async () => {
  const { clock, pass } = handClock();
  const { hear, why } = watch(clock, { idleTimeoutMs: 5000, stepTimeoutMs: 1000 });
  for (let turn = 0; turn < 9; turn++) {
    await pass(100);
    hear();
  }
  assert.equal(why(), undefined);
  await pass(150);
  assert.equal(why(), "stepTime");
});

test("a signal cancels, unless its reason is that time is over; also one that is aborted already", () => {
  const { clock, pending } = handClock();
  const over = new Interrupted("totalTime", "timed out after 1 s for the whole run");
  for (const [reason, what, message] of [
    ["by the program", "cancelled", "cancelled"],
    [over, "totalTime", over.message],
  ] as const) {
    const controller = new AbortController();
    const options = { signal: controller.signal, stepTimeoutMs: 1000 };
    const before = watch(clock, options);
    controller.abort(reason);
    const after = watch(clock, options);
    for (const { why, message: said } of [before, after]) {
      assert.deepEqual([why(), said()], [what, message]);
    }
    assert.equal(pending(), 0);
  }
});

test("times count from when they are started, once, and the first that is over says how long it was", async () => {
  const { clock, pass } = handClock();
  const options = { signal: quiet, clock, idleTimeoutMs: 500, stepTimeoutMs: 2000 };
  const { signal, startTimes } = watchStep(options);
  await pass(5000);
  startTimes();
  await pass(400);
  startTimes();
  assert.equal(signal.aborted, false);
  await pass(2000);
  assert.equal(String(signal.reason), "Interrupted: timed out after 0.5 s without output");
});

test("what is forgotten leaves no deadline behind", async () => {
  const { clock, pass, pending } = handClock();
  const { forget, why } = watch(clock, { idleTimeoutMs: 1000, stepTimeoutMs: 1000 });
  await pass(500);
  forget();
  assert.equal(pending(), 0);
  await pass(2000);
  assert.equal(why(), undefined);
});

test("times that were stopped count anew, unless all is over", async () => {
  const { clock, pass, pending } = handClock();
  const { stopTimes, startTimes, forget, why } = watch(clock, { stepTimeoutMs: 1000 });
  await pass(800);
  stopTimes();
  await pass(800);
  assert.equal(why(), undefined);
  startTimes();
  await pass(800);
  assert.equal(why(), undefined);
  await pass(400);
  assert.equal(why(), "stepTime");
  forget();
  startTimes();
  assert.equal(pending(), 0);
});
