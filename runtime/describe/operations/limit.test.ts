// Limits as they reach the engine: those of a run go with its hosts, those of a step are its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { scriptedEvaluation } from "../../../test/support/scripted-port.ts";
import { inEvaluation } from "../../port.ts";
import { exec, failed, Hosts, limit, ls, pick, run } from "../../public.ts";

const two = new Hosts({}, ["a", "b"], { concurrency: 9, stepTimeoutMs: 9000 });

test("limits of a run go with its hosts through every step; what they do not name stays", async () => {
  const evaluation = scriptedEvaluation();
  await inEvaluation(evaluation, () =>
    run(ls(two.with({ concurrency: 5, totalTimeoutMs: 60_000 }), "/"), exec("x")),
  );
  const limits = { concurrency: 5, stepTimeoutMs: 9000, totalTimeoutMs: 60_000 };
  assert.deepEqual(
    evaluation.steps.map(({ target }) => target.limits),
    [limits, limits],
  );
  assert.deepEqual(two.limits, { concurrency: 9, stepTimeoutMs: 9000 });
});

test("limits of a step are its own, in both forms; the hosts go on as they were", async () => {
  const evaluation = scriptedEvaluation();
  await inEvaluation(evaluation, () =>
    run(
      limit({ idleTimeoutMs: 1 }, exec(two, "1")),
      limit({ concurrency: 2 }, limit({ concurrency: 3, stepTimeoutMs: 5 }, exec("2"))),
      exec("3"),
    ),
  );
  assert.deepEqual(
    evaluation.steps.map(({ label, limits, target }) => [label, limits, target.limits]),
    [
      ["exec 1", { idleTimeoutMs: 1 }, two.limits],
      ["exec 2", { concurrency: 2, stepTimeoutMs: 5 }, two.limits],
      ["exec 3", undefined, two.limits],
    ],
  );
});

test("an operation with limits stays awaitable, and a stage keeps its failures", async () => {
  const evaluation = scriptedEvaluation();
  await inEvaluation(evaluation, async () => {
    const outcome = await limit({ concurrency: 1 }, ls(two, "/"));
    assert.deepEqual(outcome.hosts.hosts, ["a", "b"]);
  });
  const failing = scriptedEvaluation((host, step) => ({
    host,
    kind: "unreachable",
    step: step.label,
    message: "down",
    next: "",
  }));
  const outcome = await inEvaluation(failing, () =>
    run(ls(two, "/"), pick(failed), limit({ concurrency: 1 }, exec("again"))),
  );
  assert.equal(failing.steps.length, 2);
  assert.deepEqual(
    outcome.failure.map(({ step }) => step),
    ["exec again", "exec again"],
  );
});
