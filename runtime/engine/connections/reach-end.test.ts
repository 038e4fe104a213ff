// What a step is told as that is stopped before its script runs: not started, or out of sight, for the reason that it was stopped.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LostError } from "../host-errors.ts";
import { Interrupted } from "../shell/step-watch.ts";
import { describeNotBegun } from "./reach-end.ts";

const context = (signal: AbortSignal) => ({ doing: "waiting", place: "me@web:22", signal });

test("a step whose own time is over before anything was started is timed out, not stopped, and says which time", () => {
  const signal = AbortSignal.abort(new Interrupted("stepTime", "timed out after 3 s"));
  assert.deepEqual(describeNotBegun(signal.reason, context(signal)), {
    kind: "timedOut",
    message: "timed out after 3 s while waiting (me@web:22); nothing was started there",
    next: "give it more time with stepTimeoutMs, or find out why it is slow",
  });
});

test("what may have been started is unknown, with why it was to be stopped, and no error of ours is told as a host's", () => {
  const signal = AbortSignal.abort(new Error("by the program"));
  const lost = new LostError("its login shell was not ready", true);
  const message =
    "cancelled while starting (me@web:22), and lost sight of it: its login shell was not ready; it may still run";
  assert.deepEqual(describeNotBegun(lost, context(signal)), {
    kind: "unknown",
    message,
    next: "look on the host before you run it again",
    survivors: [{ message }],
  });
  assert.equal(describeNotBegun(new Error("a defect"), context(signal)), undefined);
});
