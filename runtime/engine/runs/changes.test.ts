// Changes are told at once, then batched; nothing is told when nothing changed.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunChange } from "../../protocol/runs.ts";
import type { Clock } from "../waiting/clock.ts";
import { RunChanges } from "./changes.ts";
import { RunRecord } from "./run-record.ts";

test("the first change is told at once, those of the next 100 ms in one batch", async () => {
  const { clock, pass } = handClock();
  const { changes, run, told } = listen(clock);
  changes.runChanged(run, ["a"]);
  await nextTurn();
  assert.deepEqual(hostsOf(told), [["a"]]);
  changes.runChanged(run, ["b"]);
  changes.runChanged(run, ["a"]);
  await nextTurn();
  assert.equal(told.length, 1);
  pass();
  await nextTurn();
  assert.deepEqual(hostsOf(told), [["a"], ["b", "a"]]);
  pass();
  await nextTurn();
  assert.equal(told.length, 2);
});

test("output is told only while somebody follows it", async () => {
  const { clock, pass } = handClock();
  const changes = new RunChanges(clock);
  let calls = 0;
  const stop = changes.onOutput("run", "host", () => (calls += 1));
  changes.moreOutput("run", "another");
  changes.moreOutput("run", "host");
  await nextTurn();
  assert.equal(calls, 1);
  stop();
  changes.moreOutput("run", "host");
  pass();
  await nextTurn();
  assert.equal(calls, 1);
});

test("what is pending is told when the engine stops", () => {
  const { clock } = handClock();
  const { changes, run, told } = listen(clock);
  changes.runChanged(run);
  changes.dispose();
  assert.equal(told.length, 1);
});

function listen(clock: Clock) {
  const changes = new RunChanges(clock);
  const run = new RunRecord({ id: "run", title: "ls / on 2 hosts" }, 0);
  run.startStep({
    runId: "run",
    index: 0,
    label: "ls /",
    operation: "ls",
    script: "ls /",
    answers: [],
    target: { auth: {}, hosts: ["a", "b"], limits: {} },
  });
  const told: (readonly RunChange[])[] = [];
  changes.onChange((batch) => told.push(batch));
  return { changes, run, told };
}

function hostsOf(told: readonly (readonly RunChange[])[]): string[][] {
  return told.map((batch) => batch.flatMap((change) => change.hosts.map((host) => host.host)));
}

/** A clock that stands until `pass` is called. */
function handClock(): { clock: Clock; pass: () => void } {
  let due: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    elapsed: () => 0,
    after(_ms, callback) {
      due.push(callback);
      return () => {
        due = due.filter((one) => one !== callback);
      };
    },
  };
  return {
    clock,
    pass() {
      const callbacks = due;
      due = [];
      for (const callback of callbacks) callback();
    },
  };
}

async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
