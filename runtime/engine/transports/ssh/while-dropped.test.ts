// The pause between two tries ends at once when it is called off, and leaves nothing behind on the signal.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { type Clock, systemClock } from "../../waiting/clock.ts";
import { ConnectionError } from "../../host-errors.ts";
import { createBudget } from "./budget.ts";
import { DroppedError, whileDropped } from "./while-dropped.ts";

/** Its timers go off when they are told to. */
function holdTimers() {
  const held = new Set<() => void>();
  const clock: Clock = {
    ...systemClock,
    after(_ms, callback) {
      held.add(callback);
      return () => void held.delete(callback);
    },
  };
  return { clock, held };
}

function dropped(): DroppedError {
  return new DroppedError("unreachable", "it hung up", "wait");
}

test("a signal that was aborted during the try ends the pause before it begins", async () => {
  const { clock, held } = holdTimers();
  const controller = new AbortController();
  const options = { budget: createBudget(clock, 10_000), clock, random: () => 1 };
  const trying = whileDropped(
    () => {
      controller.abort(new Error("cancelled"));
      return Promise.reject(dropped());
    },
    { ...options, signal: controller.signal },
  );
  await assert.rejects(Promise.race([trying, new Promise(setImmediate)]), /cancelled/u);
  assert.equal(held.size, 0);
});

test("time that is over in the midst of a further try does not hide that the host hung up", async () => {
  const { signal } = new AbortController();
  const clock: Clock = { ...systemClock, after: (_ms, wake) => systemClock.after(0, wake) };
  const slow = new ConnectionError("timedOut", "timed out after 1 s while connecting", "is it up?");
  let tries = 0;
  const attempt = () => Promise.reject(++tries < 3 ? dropped() : slow);
  const options = { budget: createBudget(clock, 10_000), clock, random: () => 1, signal };
  const keepAlive = setInterval(() => {}, 1000);
  await assert.rejects(whileDropped(attempt, options), {
    kind: "unreachable",
    message: "it hung up, each of 2 times; then it timed out after 1 s while connecting",
    next: "wait",
  });
  const atOnce = () => Promise.reject(slow);
  await assert.rejects(whileDropped(atOnce, options), { kind: "timedOut" });
  clearInterval(keepAlive);
});

test("many pauses leave no listener on the signal", async () => {
  const { signal } = new AbortController();
  const clock: Clock = {
    ...systemClock,
    after: (_ms, callback) => systemClock.after(0, callback),
  };
  let tries = 0;
  const attempt = () => (++tries < 4 ? Promise.reject(dropped()) : Promise.resolve("in"));
  const options = { budget: createBudget(clock, 10_000), clock, random: () => 1, signal };
  const keepAlive = setInterval(() => {}, 1000);
  assert.equal(await whileDropped(attempt, options), "in");
  clearInterval(keepAlive);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});
