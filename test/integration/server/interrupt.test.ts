// The interrupt ladder: the signal first; a live process that does not answer is ended, and everybody is told the truth.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  evaluationStarted,
  getStatus,
  interrupt,
  listRuns,
  notice,
  type RunDetail,
} from "re-ops/protocol";
import type { ServerConnection } from "re-ops/client";
import { isRunning, processesWith } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { blockForever, displayOf, evaluateIn, untilLooping } from "./evaluating.ts";
import { outputOf } from "./printed.ts";
import { makeProject } from "./project.ts";

const here = `import { exec, Hosts, run, tap } from "re-ops";
const here = new Hosts({ transport: "local" }, ["localhost"]);
`;

async function runOf({ runtime }: ServerConnection, title: string): Promise<RunDetail | undefined> {
  const { runs } = await runtime.request(listRuns, { limit: 50 });
  return runs.find(({ header }) => header.title.includes(title));
}

test("an evaluation that waits is settled by its signal; the live process stays", async (t) => {
  const project = await makeProject(t);
  const window = await project.connect();
  await evaluateIn(project, window, "let kept = 7;\n");
  const started = Promise.withResolvers<string>();
  window.runtime.onNotification(evaluationStarted, ({ evaluationId }) => {
    started.resolve(evaluationId);
  });
  const waiting = evaluateIn(project, window, "await new Promise(() => {});\n", "await");
  const evaluationId = await started.promise;
  const report = await window.runtime.request(interrupt, { evaluationId });
  assert.deepEqual(report, {
    message: "Interrupted.",
    rung: 1,
    liveRestarted: false,
    stopped: 0,
    lost: [],
    survivors: [],
  });
  assert.equal((await waiting).kind, "interrupted");
  assert.equal(
    await displayOf(evaluateIn(project, window, "let kept = 7;\nkept;\n", "kept;\n")),
    "7",
  );
});

test("a run of the interrupted evaluation is stopped on its host; another's goes on", async (t) => {
  const project = await makeProject(t);
  const [window, other] = [await project.connect(), await project.connect()];
  const text = `${here}run(exec(here, "echo one; sleep 60"));\nrun(exec(here, "echo two; sleep 60"));\n`;
  const one = evaluateIn(project, window, text, 'run(exec(here, "echo one');
  const two = evaluateIn(project, other, text, 'run(exec(here, "echo two');
  // A run is under way before its script is: one that is stopped before has nothing on its host.
  for (const name of ["one", "two"]) {
    await until(`${name} to be on the host`, async () => {
      const run = await runOf(window, `echo ${name}`);
      return run !== undefined && (await outputOf(window, run)) === `${name}\n`;
    });
  }
  const report = await window.runtime.request(interrupt, {});
  assert.equal(report.liveRestarted, false);
  assert.equal(report.message, "Interrupted. Stopped what ran on 1 host.");
  assert.equal((await one).kind, "interrupted");
  await until("its end to be written", async () => {
    return (await runOf(window, "echo one"))?.header.state === "cancelled";
  });
  assert.equal((await runOf(window, "echo two"))?.header.state, "running");
  await other.runtime.request(interrupt, {});
  assert.equal((await two).kind, "interrupted");
  await until("no sleep to be left", async () => (await project.processes()).length === 2);
});

test("what blocks in native code is ended with its process, which costs `let` values and no window", async (t) => {
  const project = await makeProject(t);
  const [window, other] = [await project.connect(), await project.connect()];
  const told: string[] = [];
  other.runtime.onNotification(notice, ({ message }) => {
    told.push(message);
  });
  await evaluateIn(project, window, "let kept = 1;\n", "let", { file: "kept.ts" });
  const { live } = await window.runtime.request(getStatus, {});
  const looping = blockForever(project, window);
  await untilLooping(project);
  const blocked = evaluateIn(project, other, "2 + 2;\n");
  const startedAt = performance.now();
  const report = await window.runtime.request(interrupt, {});
  const tookMs = performance.now() - startedAt;
  assert.equal(report.liveRestarted, true);
  assert.deepEqual(report.lost, ["kept.ts: kept"]);
  assert.match(
    report.message,
    /did not answer within 250 ms, its code could not be broken off, and it was ended/,
  );
  assert.match(report.message, /Lost `let` values: kept\.ts: kept\./);
  assert.ok(tookMs >= 250, `the process had its 250 ms: ${String(tookMs)}`);
  const result = await looping;
  assert.equal(result.kind, "interrupted");
  assert.match(result.message, /kept\.ts: kept/);
  assert.equal((await blocked).kind, "interrupted");
  assert.equal(await isRunning(live.pid ?? 0), false);
  await until("the other window to be told", () =>
    told.some((one) => one.includes("kept.ts: kept")),
  );
  assert.equal(await displayOf(evaluateIn(project, other, "2 + 2;\n")), "4");
  const status = await other.runtime.request(getStatus, {});
  assert.deepEqual([status.pid, status.clients], [window.hello.pid, 2]);
  assert.equal(status.live.restarts, 1);
});

test("runs of others end the step under way, and their result is not lost", async (t) => {
  const project = await makeProject(t);
  const [window, other] = [await project.connect(), await project.connect()];
  const text = `${here}run(exec(here, "while [ ! -e go ]; do sleep 0.05; done; echo done"), tap(() => {}));\n`;
  const waiting = evaluateIn(project, other, text, "run(");
  await until("the run", async () => (await runOf(other, "while"))?.hosts[0]?.state === "running");
  const looping = blockForever(project, window);
  await untilLooping(project);
  await window.runtime.request(interrupt, {});
  assert.equal((await looping).kind, "interrupted");
  const result = await waiting;
  assert.equal(result.kind, "interrupted");
  assert.equal(result.runs.length, 1);
  const finish = `${here}run(exec(here, "touch go"));\n`;
  await evaluateIn(project, other, finish, "run(");
  const run = await until("the step to end", async () => {
    const found = await runOf(other, "while");
    return found?.header.state === "running" ? undefined : found;
  });
  assert.equal(run.header.state, "interrupted");
  assert.match(run.header.message ?? "", /did not answer within 250 ms/);
  assert.equal(run.hosts[0]?.state, "success");
});

test("what user code started on this machine ends with it", async (t) => {
  const project = await makeProject(t);
  const window = await project.connect();
  const text =
    '{ process.getBuiltinModule("node:child_process").execFileSync("sh", ["-c", "touch looping; sleep 60"], { env: { ...process.env, MARKED: process.env.RE_OPS_TEST } }); }';
  const stuck = evaluateIn(project, window, text, "", { mode: "form" });
  await untilLooping(project);
  const mark = `MARKED=${project.environment["RE_OPS_TEST"] ?? ""}`;
  assert.notEqual((await processesWith(mark)).length, 0);
  const report = await window.runtime.request(interrupt, {});
  assert.equal(report.liveRestarted, true);
  assert.equal((await stuck).kind, "interrupted");
  await until("the child to be gone", async () => (await processesWith(mark)).length === 0);
});

test("with nothing to interrupt nothing is done", async (t) => {
  const project = await makeProject(t);
  const window = await project.connect();
  assert.equal(await displayOf(evaluateIn(project, window, "1;\n")), "1");
  const report = await window.runtime.request(interrupt, {});
  assert.equal(report.message, "Nothing was being evaluated.");
  assert.equal(report.liveRestarted, false);
});
