// sudo as a value: both forms, what it says of itself, and what crosses the port.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { scriptedEvaluation } from "../../../test/support/scripted-port.ts";
import { inEvaluation } from "../../port.ts";
import { exec, Hosts, run, secret, sudo } from "../../public.ts";

const two = new Hosts({ user: "re-ops" }, ["a", "b"]);

test("with hosts it is a source, without them a stage, and either way the step says so", async () => {
  const evaluation = scriptedEvaluation();
  const password = secret("sudo");
  await inEvaluation(evaluation, () =>
    run(sudo(exec(two, "id")), exec("id"), sudo(exec("id"), { user: "postgres", password })),
  );
  assert.deepEqual(
    evaluation.steps.map(({ label, script, sudo: how }) => ({ label, script, how })),
    [
      { label: "sudo exec id", script: "id", how: {} },
      { label: "exec id", script: "id", how: undefined },
      { label: "sudo -u postgres exec id", script: "id", how: { user: "postgres", password } },
    ],
  );
  assert.equal(
    evaluation.runs[0]?.title,
    "sudo exec id → exec id → sudo -u postgres exec id on 2 hosts",
  );
});

test("it shows what it would do and starts nothing, nor does the operation in it", async () => {
  const evaluation = scriptedEvaluation();
  inEvaluation(evaluation, () => {
    assert.equal(inspect(sudo(exec(two, "id"))), "not started: sudo exec id on 2 hosts");
  });
  assert.equal(evaluation.runs.length, 0);
});

test("what is no operation is refused with what to write", () => {
  for (const wrong of [exec, "id", undefined, () => two]) {
    assert.throws(() => sudo(wrong as never), /write sudo\(exec\(hosts, "id"\)\)/);
  }
  assert.throws(() => sudo(exec(two, "id"), { user: "a b" }), /the user of sudo/);
});
