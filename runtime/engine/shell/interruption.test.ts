// Which time is over when, by a clock of the test's own.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../waiting/clock.ts";
import { listenToOutput, TimeOver, watchInterruptions } from "./interruption.ts";

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
  room?: () => Promise<void> | void,
) {
  const { onOutput, lastHeard } = listenToOutput(clock, () => room?.());
  const { happened, forget } = watchInterruptions({ signal: quiet, clock, ...options }, lastHeard);
  const seen: string[] = [];
  void happened.then((what) => seen.push(what));
  return { onOutput, forget, seen };
}

test("silence is over after its time, counted from the last output", async () => {
  const { clock, pass } = handClock();
  const { onOutput, seen } = watch(clock, { idleTimeoutMs: 1000 });
  await pass(900);
  void onOutput();
  await pass(900);
  void onOutput();
  await pass(980);
  assert.deepEqual(seen, []);
  await pass(100);
  assert.deepEqual(seen, ["idleTime"]);
});

test("time in which no more output could be taken is no silence", async () => {
  const { clock, pass } = handClock();
  const { promise: room, resolve } = Promise.withResolvers<void>();
  const { onOutput, seen } = watch(clock, { idleTimeoutMs: 1000 }, () => room);
  void onOutput();
  await pass(5000);
  assert.deepEqual(seen, []);
  resolve();
  await turns();
  await pass(900);
  assert.deepEqual(seen, []);
  await pass(1200);
  assert.deepEqual(seen, ["idleTime"]);
});

test("the step's own time goes on whatever it says", async () => {
  const { clock, pass } = handClock();
  const { onOutput, seen } = watch(clock, { idleTimeoutMs: 5000, stepTimeoutMs: 1000 });
  for (let turn = 0; turn < 9; turn++) {
    await pass(100);
    void onOutput();
  }
  assert.deepEqual(seen, []);
  await pass(150);
  assert.deepEqual(seen, ["stepTime"]);
});

test("a signal cancels, unless its reason is that time is over; also one that is aborted already", async () => {
  const { clock } = handClock();
  for (const [reason, what] of [
    ["by the program", "cancelled"],
    [new TimeOver("timed out after 1 s for the whole run"), "totalTime"],
  ] as const) {
    const controller = new AbortController();
    const before = watch(clock, { signal: controller.signal });
    controller.abort(reason);
    const after = watch(clock, { signal: controller.signal });
    await turns();
    assert.deepEqual([before.seen, after.seen], [[what], [what]]);
  }
});

test("what is forgotten leaves no deadline behind", async () => {
  const { clock, pass, pending } = handClock();
  const { forget, seen } = watch(clock, { idleTimeoutMs: 1000, stepTimeoutMs: 1000 });
  await pass(500);
  forget();
  assert.equal(pending(), 0);
  await pass(2000);
  assert.deepEqual(seen, []);
});
