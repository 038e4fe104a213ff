// Every piece of work counts once: as its run, or as the evaluation that has none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RunStore } from "./run-store.ts";
import { sampleHeader } from "./samples.ts";
import { countWork, workWords } from "./work-under-way.ts";

test("an evaluation counts until it has a run under way, and again when that is over", () => {
  const runs = new RunStore();
  assert.deepEqual(countWork(["one", "two"], runs), { runs: 0, evaluations: 2 });
  for (const [state, expected] of [
    ["running", { runs: 1, evaluations: 1 }],
    ["succeeded", { runs: 0, evaluations: 2 }],
  ] as const) {
    runs.apply("/p", [{ header: sampleHeader({ state, evaluationId: "one" }), hosts: [] }]);
    assert.deepEqual(countWork(["one", "two"], runs), expected);
  }
});

test("both are told, and nothing of nothing", () => {
  assert.equal(workWords({ runs: 2, evaluations: 1 }), "2 running · 1 evaluating");
  assert.equal(workWords({ runs: 0, evaluations: 1 }), "1 evaluating");
  assert.equal(workWords({ runs: 0, evaluations: 0 }), undefined);
});
