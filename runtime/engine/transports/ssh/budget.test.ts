// A budget pays for the host's time only: not for ours, and not for a person's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Clock, systemClock } from "../../waiting/clock.ts";
import { createBudget } from "./budget.ts";

const TOTAL_MS = 10_000;
const LONGEST_SLICE_MS = 1000;

/** A clock that a test winds on: `pass` calls whoever waits in time, `block` all of them late. */
function makeClock() {
  let elapsedMs = 0;
  const waiting = new Map<() => void, number>();
  const fire = (wake: () => void) => {
    waiting.delete(wake);
    wake();
  };
  const clock: Clock = {
    ...systemClock,
    elapsed: () => elapsedMs,
    after(ms, callback) {
      const wake = () => callback();
      waiting.set(wake, elapsedMs + ms);
      return () => void waiting.delete(wake);
    },
  };
  const block = (ms: number) => {
    elapsedMs += ms;
    const late = [...waiting.keys()];
    for (const wake of late) fire(wake);
  };
  const pass = (ms: number) => {
    const end = elapsedMs + ms;
    for (;;) {
      const [next] = [...waiting].sort(([, a], [, b]) => a - b);
      if (next === undefined || next[1] > end) break;
      elapsedMs = next[1];
      fire(next[0]);
    }
    elapsedMs = end;
  };
  return { clock, pass, block, skip: (ms: number) => void (elapsedMs += ms), waiting };
}

function spend(budget: ReturnType<typeof createBudget>, work: () => void) {
  return budget.spend(() => Promise.resolve(work()));
}

test("what the host takes is spent to the millisecond, piece by piece", async () => {
  const { clock, pass, waiting } = makeClock();
  const budget = createBudget(clock, TOTAL_MS);
  await spend(budget, () => pass(3210));
  pass(5000);
  await spend(budget, () => pass(1));
  assert.equal(budget.remainingMs(), TOTAL_MS - 3211);
  await spend(budget, () => pass(60_000));
  assert.equal(budget.remainingMs(), 0);
  assert.equal(waiting.size, 0);
});

test("time in which this process was too busy to listen costs the host no more than a slice", async () => {
  const { clock, block, skip } = makeClock();
  const budget = createBudget(clock, TOTAL_MS);
  await spend(budget, () => block(60_000));
  assert.ok(budget.remainingMs() >= TOTAL_MS - LONGEST_SLICE_MS);
  await spend(budget, () => skip(60_000));
  assert.ok(budget.remainingMs() >= TOTAL_MS - 2 * LONGEST_SLICE_MS);
  assert.ok(budget.remainingMs() < TOTAL_MS);
});

test("time in which a person is waited for costs the host nothing", () => {
  const { clock, pass } = makeClock();
  const budget = createBudget(clock, TOTAL_MS);
  const stop = budget.start(
    () => assert.fail("it has time left"),
    () => true,
  );
  pass(60_000);
  stop();
  assert.equal(budget.remainingMs(), TOTAL_MS);
});

test("whoever is waited for is told when nothing is left of all the pieces", async () => {
  const { clock, pass } = makeClock();
  const budget = createBudget(clock, TOTAL_MS);
  await spend(budget, () => pass(TOTAL_MS - 1000));
  const { promise: expired, resolve } = Promise.withResolvers<void>();
  const stop = budget.start(resolve);
  pass(1000);
  await expired;
  stop();
  assert.equal(budget.remainingMs(), 0);
});
