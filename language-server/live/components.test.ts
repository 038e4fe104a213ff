// Components start in their order and stop in the opposite one, each once.
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import type { Component } from "re-ops/server";
import { createComponents } from "./components.ts";

function recorded(name: string, log: string[]): Component {
  let isRunning = true;
  return {
    name,
    isRunning: () => isRunning,
    async start() {
      log.push(`${name} starts`);
      await setImmediate();
      isRunning = true;
      log.push(`${name} runs`);
    },
    async stop() {
      log.push(`${name} stops`);
      await setImmediate();
      isRunning = false;
      log.push(`${name} is off`);
      return [`${name} was busy.`];
    },
  };
}

test("stop goes backwards, go forwards, both leave alone what is as it should be", async () => {
  const log: string[] = [];
  const components = createComponents([recorded("a", log), recorded("b", log)]);
  assert.deepEqual(await components.go(), { stopped: [], started: [], notes: [] });
  assert.deepEqual(await components.stop(), {
    stopped: ["b", "a"],
    started: [],
    notes: ["b was busy.", "a was busy."],
  });
  assert.deepEqual(await components.stop(), { stopped: [], started: [], notes: [] });
  assert.deepEqual(await components.go(), { stopped: [], started: ["a", "b"], notes: [] });
  assert.deepEqual(log, [
    "b stops",
    "b is off",
    "a stops",
    "a is off",
    "a starts",
    "a runs",
    "b starts",
    "b runs",
  ]);
});

test("they take turns, and a failure is told to who asked only", async () => {
  const log: string[] = [];
  const broken: Component = {
    ...recorded("broken", log),
    stop: () => Promise.reject(new Error("stuck")),
  };
  const components = createComponents([recorded("a", log), broken, recorded("c", log)]);
  const [first, second] = await Promise.allSettled([components.stop(), components.go()]);
  assert.equal(first.status, "rejected");
  assert.ok(second.status === "fulfilled");
  assert.deepEqual(second.value.started, ["c"]);
  assert.deepEqual(log, ["c stops", "c is off", "c starts", "c runs"]);
});
