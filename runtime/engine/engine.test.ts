// What an engine that lives for weeks keeps in memory: the output of its newest runs, once, and within its limit.
import assert from "node:assert/strict";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { temporaryFolder } from "../../test/support/temporary.ts";
import type { EnginePort, StepResult } from "../port.ts";
import type { Reach } from "./connections/reach.ts";
import { createEngine } from "./engine.ts";

const MEGABYTE = 1024 * 1024;

test("output is kept once, and the results of its steps do not keep it a second time", async (t) => {
  const { port } = await openEngine(t);
  const before = (await settledMemory()).external;
  for (let run = 0; run < 100; run += 1) await runOnce(port, `run-${run}`, MEGABYTE, "exit 1");
  const kept = (await settledMemory()).external - before;
  assert.ok(kept < 80 * MEGABYTE, `${Math.round(kept / MEGABYTE)} MB after 100 MB of output`);
});

test("a run that is forgotten takes its output with it, however little there is of it", async (t) => {
  const { engine, port } = await openEngine(t);
  const before = (await settledMemory()).arrayBuffers;
  for (let run = 0; run < 20; run += 1) await runOnce(port, `large-${run}`, MEGABYTE);
  assert.ok((await settledMemory()).arrayBuffers - before > 15 * MEGABYTE);
  for (let run = 0; run < 500; run += 1) await runOnce(port, `small-${run}`, 0);
  assert.ok((await settledMemory()).arrayBuffers - before < 5 * MEGABYTE);
  const { steps } = await engine.readOutput("large-19", "web");
  assert.equal(steps[0]?.bytes.out, MEGABYTE, "the spool still has it");
});

test("with one host at a time it is told which one runs, and which wait with nothing printed", async (t) => {
  const told = new Map<string, string>();
  const seen: string[][] = [];
  const waiting: unknown[] = [];
  const reach: Reach = {
    ...printing(),
    async execute() {
      engine.tellChanges();
      seen.push([...told.values()]);
      waiting.push(await engine.readOutput("run", "web-3"));
      return { kind: "exited", code: 0 };
    },
  };
  const { engine, port } = await openEngine(t, { reach });
  engine.onRunsChanged((changes) => {
    for (const { hosts } of changes) for (const { host, state } of hosts) told.set(host, state);
  });
  await port.startRun({ id: "run", title: "run" }, () => {});
  const target = { auth: {}, hosts: ["web-1", "web-2", "web-3"], limits: { concurrency: 1 } };
  const step = { runId: "run", index: 0, label: "step", operation: "step", answers: [], target };
  await port.runStep({ ...step, script: "0 exit 0" }, () => {});
  assert.deepEqual(seen, [
    ["running", "waiting", "waiting"],
    ["success", "running", "waiting"],
    ["success", "success", "running"],
  ]);
  assert.deepEqual(waiting[0], { steps: [] });
});

test("what to do next is no look at output that is not there", async (t) => {
  const { port } = await openEngine(t);
  await port.startRun({ id: "run", title: "run" }, () => {});
  const target = { auth: {}, hosts: ["web"], limits: {} };
  const step = { runId: "run", label: "step", operation: "step", answers: [], target };
  const next: string[] = [];
  const keep = (batch: readonly StepResult[]) => {
    for (const result of batch) if (result.kind !== "success") next.push(result.next);
  };
  await port.runStep({ ...step, index: 0, script: "0 exit 3" }, keep);
  await port.runStep({ ...step, index: 1, script: "5 exit 3" }, keep);
  assert.deepEqual(next, [
    "it printed nothing: look up what this code means to the command",
    "look at its output",
  ]);
});

test("what was printed is read after a restart, small and large, with how each step went", async (t) => {
  const first = await openEngine(t);
  await first.port.startRun({ id: "run", title: "run" }, () => {});
  const target = { auth: {}, hosts: ["web"], limits: {} };
  const step = { runId: "run", operation: "step", answers: [], target };
  await first.port.runStep({ ...step, index: 0, label: "small", script: "5 exit 0" }, () => {});
  const large = { ...step, index: 1, label: "large", script: `${3 * MEGABYTE} exit 3` };
  await first.port.runStep(large, () => {});
  await first.port.endRun({ runId: "run", verdict: "failed" });
  const before = await first.engine.readOutput("run", "web");
  await first.engine.dispose();
  const { engine } = await openEngine(t, { stateFolder: first.stateFolder });
  const after = await engine.readOutput("run", "web");
  assert.deepEqual(after, before);
  const [small, other] = after.steps;
  assert.deepEqual([small?.out, small?.state, small?.label], ["xxxxx", "success", "small"]);
  assert.deepEqual([other?.bytes.out, other?.state, other?.lost], [3 * MEGABYTE, "exited", 0]);
  const where = { runId: "run", host: "web", step: 1, stream: "out", bytes: 1000 } as const;
  const page = await engine.readOutputPage({ ...where, offset: 2_000_000 });
  assert.deepEqual(page, { text: "x".repeat(1000), next: 2_001_000, bytes: 3 * MEGABYTE });
  await assert.rejects(engine.readOutputPage({ ...where, host: "db", offset: 0 }), /is kept/u);
  assert.match((await engine.readOutput("run", "db")).note ?? "", /Nothing .* is kept/u);
});

test("a full disk costs no result, is told once, and what memory holds is still shown", async (t) => {
  const { engine, port, stateFolder, problems } = await openEngine(t);
  const spool = join(stateFolder, "spool", "run");
  await mkdir(join(spool, "0-1-web-1"), { recursive: true });
  await symlink("/dev/full", join(spool, "outputs"));
  await symlink("/dev/full", join(spool, "0-1-web-1", "out"));
  await port.startRun({ id: "run", title: "run" }, () => {});
  const target = { auth: {}, hosts: ["web-1", "web-2"], limits: {} };
  const step = { runId: "run", index: 0, label: "step", operation: "step", answers: [], target };
  const results: StepResult[] = [];
  await port.runStep({ ...step, script: `${2 * MEGABYTE} exit 0` }, (batch) => {
    results.push(...batch);
  });
  await port.endRun({ runId: "run", verdict: "succeeded" });
  const [full] = results;
  assert.ok(full?.kind === "success" && "out" in full.value);
  assert.equal(full.value.rest, undefined, "nobody is sent to a file that is not whole");
  const cut = MEGABYTE - 16 * 1024;
  assert.equal(full.value.cut, cut);
  const { steps } = await engine.readOutput("run", "web-1");
  assert.deepEqual([steps[0]?.bytes.out, steps[0]?.lost], [MEGABYTE, cut]);
  await engine.dispose();
  assert.equal(problems.length, 1, problems.join());
  assert.match(problems[0] ?? "", /output cannot be kept on disk \(ENOSPC.*make room/u);
});

test("a journal that can no longer be written costs no result, and is told once", async (t) => {
  const { port, stateFolder, problems } = await openEngine(t);
  await port.startRun({ id: "run", title: "run" }, () => {});
  const journal = new DatabaseSync(join(stateFolder, "journal.sqlite"));
  journal.exec("DROP TABLE results");
  journal.close();
  const results: string[] = [];
  const target = { auth: {}, hosts: ["web-1", "web-2"], limits: {} };
  const step = { runId: "run", index: 0, label: "step", operation: "step", answers: [], target };
  await port.runStep({ ...step, script: "0 exit 0" }, (batch) => {
    results.push(...batch.map(({ host, kind }) => `${host} ${kind}`));
  });
  await port.endRun({ runId: "run", verdict: "succeeded" });
  assert.deepEqual(results, ["web-1 success", "web-2 success"]);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? "", /journal cannot be written \(no such table.*make room/);
});

test("an error that nobody foresaw is that host's failure, told whole once; the other hosts end", async (t) => {
  const { port, problems } = await openEngine(t);
  await port.startRun({ id: "run", title: "run" }, () => {});
  const results: StepResult[] = [];
  const target = { auth: {}, hosts: ["broken-1", "broken-2", "web"], limits: {} };
  const step = { runId: "run", index: 0, label: "step", operation: "step", answers: [], target };
  const end = await port.runStep({ ...step, script: "1 exit 0" }, (batch) => {
    results.push(...batch);
  });
  assert.deepEqual(end, { cancelled: false });
  const kinds = results.map(({ host, kind }) => `${host} ${kind}`).sort();
  assert.deepEqual(kinds, ["broken-1 unknown", "broken-2 unknown", "web success"]);
  const [broken] = results;
  assert.ok(broken?.kind === "unknown");
  assert.match(broken.message, /mistake of Re-ops .*\(broken-1\): out of luck/u);
  assert.match(broken.next, /look on the host/u);
  assert.equal(problems.length, 1, problems.join());
  assert.match(problems[0] ?? "", /step step .* on broken-1: Error: out of luck\n +at /u);
});

test("a step that breaks waits for its hosts, and its run can be abandoned and cancelled", async (t) => {
  const { engine, port, session } = await openEngine(t);
  await port.startRun({ id: "run", title: "run" }, () => {});
  const target = { auth: {}, hosts: ["web-1", "web-2"], limits: {} };
  const step = { runId: "run", index: 0, label: "step", operation: "step", answers: [], target };
  const told: string[] = [];
  const deaf = port.runStep({ ...step, script: "0 exit 0" }, ([result]) => {
    told.push(result?.host ?? "");
    throw new Error("nobody listens");
  });
  await assert.rejects(deaf, /nobody listens/u);
  assert.deepEqual(told, ["web-1", "web-2"]);
  assert.equal(engine.phaseOf("run"), "stage");
  assert.deepEqual(await engine.cancelRun("run", "enough"), { stopped: 0, survivors: [] });
  session.abandon("its process is gone");
  await setImmediate();
  assert.equal(engine.runningCount(), 0);
});

test("disposing closes the journal too when the connections cannot be closed, and says why", async (t) => {
  const stateFolder = await temporaryFolder(t);
  const broken = { ...printing(), dispose: () => Promise.reject(new Error("stuck")) };
  const engine = createEngine({ ...usual, stateFolder, onProblem: assert.fail, reach: broken });
  await engine.openPort().port.startRun({ id: "run", title: "run" }, () => {});
  await assert.rejects(engine.dispose(), /stuck/u);
  assert.equal(engine.components.find(({ name }) => name === "journal")?.isRunning(), false);
});

const usual = {
  environment: {},
  owner: { pid: process.pid, startedAt: "now" },
  isAlive: () => true,
};

interface Given {
  readonly stateFolder?: string;
  readonly reach?: Reach;
}

async function openEngine(t: TestContext, { reach = printing(), ...given }: Given = {}) {
  const stateFolder = given.stateFolder ?? (await temporaryFolder(t));
  const problems: string[] = [];
  const engine = createEngine({
    ...usual,
    stateFolder,
    onProblem: (message) => problems.push(message),
    reach,
  });
  t.after(() => engine.dispose());
  const session = engine.openPort();
  return { engine, session, port: session.port, stateFolder, problems };
}

/** Hosts on which every script prints as many bytes as its first word says, and exits with the code that its last one says. */
function printing(): Reach {
  return {
    async execute({ host }, script, { onOutput }) {
      if (host.startsWith("broken")) throw new Error("out of luck");
      const words = script.split(" ");
      const bytes = Number(words[0]);
      if (bytes > 0) await onOutput("out", Buffer.alloc(bytes, "x"));
      return { kind: "exited", code: Number(words.at(-1)) };
    },
    setEnvironment() {},
    warm: () => Promise.resolve(),
    connectionCount: () => 0,
    channelCount: () => 0,
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

/** What is in use when nothing more is collected: buffers are freed in the background, some time after the collection. */
async function settledMemory(): Promise<NodeJS.MemoryUsage> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let last = process.memoryUsage();
  for (let same = 0, look = 0; same < 5 && look < 200; look += 1) {
    collect();
    await setImmediate();
    const now = process.memoryUsage();
    same = now.arrayBuffers === last.arrayBuffers ? same + 1 : 0;
    last = now;
  }
  return last;
}
