// What an engine that lives for weeks keeps in memory: the output of its newest runs, once, and within its limit.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { temporaryFolder } from "../../test/support/temporary.ts";
import type { EnginePort } from "../port.ts";
import type { Reach } from "./connections/reach.ts";
import { createEngine } from "./engine.ts";

const MEGABYTE = 1024 * 1024;

test("output is kept once, and the results of its steps do not keep it a second time", async (t) => {
  const { port } = await openEngine(t);
  const before = memory().external;
  for (let run = 0; run < 100; run += 1) await runOnce(port, `run-${run}`, MEGABYTE, "exit 1");
  const kept = memory().external - before;
  assert.ok(kept < 80 * MEGABYTE, `${Math.round(kept / MEGABYTE)} MB after 100 MB of output`);
});

test("a run that is forgotten takes its output with it, however little there is of it", async (t) => {
  const { engine, port } = await openEngine(t);
  const before = memory().arrayBuffers;
  for (let run = 0; run < 20; run += 1) await runOnce(port, `large-${run}`, MEGABYTE);
  assert.ok(memory().arrayBuffers - before > 15 * MEGABYTE);
  for (let run = 0; run < 500; run += 1) await runOnce(port, `small-${run}`, 0);
  assert.ok(memory().arrayBuffers - before < 5 * MEGABYTE);
  assert.match(engine.readOutput("large-19", "web").note ?? "", /not in memory/);
});

async function openEngine(t: TestContext) {
  const engine = createEngine({
    stateFolder: await temporaryFolder(t),
    environment: {},
    owner: { pid: process.pid, startedAt: "now" },
    isAlive: () => true,
    reach: printing(),
  });
  t.after(() => engine.dispose());
  return { engine, port: engine.openPort().port };
}

/** Hosts on which every script prints as many bytes as its first word says, and exits with the code that its last one says. */
function printing(): Reach {
  return {
    execute(_target, script, { onOutput }) {
      const words = script.split(" ");
      const bytes = Number(words[0]);
      if (bytes > 0) onOutput("out", Buffer.alloc(bytes, "x"));
      return Promise.resolve({ kind: "exited", code: Number(words.at(-1)) });
    },
    setEnvironment() {},
    warm: () => Promise.resolve(),
    connectionCount: () => 0,
    dispose: () => Promise.resolve(),
  };
}

async function runOnce(port: EnginePort, runId: string, bytes: number, exit = "exit 0") {
  await port.startRun({ id: runId, title: runId }, () => {});
  await port.runStep(
    {
      runId,
      index: 0,
      label: "print",
      operation: "print",
      script: `${bytes} ${exit}`,
      answers: [],
      target: { auth: {}, hosts: ["web"], limits: {} },
    },
    () => {},
  );
  await port.endRun({ runId, verdict: "succeeded" });
}

function memory(): NodeJS.MemoryUsage {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage();
}
