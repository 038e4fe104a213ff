// Runs belong to the server: they outlive their window, are listed for the next, and can be followed and cancelled by any.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerConnection } from "re-ops/client";
import {
  cancelRun,
  followOutput,
  getStatus,
  listRuns,
  outputChanged,
  readOutput,
  type RunDetail,
  runsChanged,
} from "re-ops/protocol";
import { signal } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { evaluateIn } from "./evaluating.ts";
import { outputOf } from "./printed.ts";
import { makeProject, type Project } from "./project.ts";

/** Says its name, then waits for a file to come. */
const waiting = (name: string) => `import { exec, Hosts, run } from "re-ops";
const here = new Hosts({ transport: "local" }, ["localhost"]);
run(exec(here, "echo ${name} begins; while [ ! -e ${name} ]; do sleep 0.05; done; echo ${name} ends"));
`;
const finishing = (name: string) => `import { exec, Hosts, run } from "re-ops";
run(exec(new Hosts({ transport: "local" }, ["localhost"]), "touch ${name}"));
`;

async function newestRun({ runtime }: ServerConnection): Promise<RunDetail | undefined> {
  const { runs } = await runtime.request(listRuns, { limit: 10 });
  return runs.find(({ header }) => header.title.includes("begins"));
}

async function startWaiting(project: Project, window: ServerConnection, name: string) {
  const result = evaluateIn(project, window, waiting(name), "run(").catch(() => "gone" as const);
  const run = await until("the run to say its name", async () => {
    const found = await newestRun(window);
    if (found === undefined) return undefined;
    return (await outputOf(window, found)).includes("begins") ? found : undefined;
  });
  return { run, result };
}

test("a run goes on when its window is gone, and the next window sees it and its end", async (t) => {
  const project = await makeProject(t);
  const first = await project.connect({ idleMs: 50 });
  const { run, result } = await startWaiting(project, first, "one");
  first.dispose();
  assert.equal(await result, "gone");
  const second = await project.connect();
  assert.equal(second.hello.pid, first.hello.pid, "what runs keeps the server");
  const seen = await newestRun(second);
  assert.equal(seen?.header.id, run.header.id);
  assert.equal(seen?.header.state, "running");
  assert.equal(seen?.hosts[0]?.state, "running");
  await evaluateIn(project, second, finishing("one"), "run(");
  await until("its end", async () => (await newestRun(second))?.header.state === "succeeded");
  assert.equal(await outputOf(second, run), "one begins\none ends\n");
});

test("output is told to who follows it, until they no longer do", async (t) => {
  const project = await makeProject(t);
  const [window, other] = [await project.connect(), await project.connect()];
  const { run, result } = await startWaiting(project, window, "two");
  const where = { runId: run.header.id, host: "localhost" };
  const told = { window: 0, other: 0 };
  window.runtime.onNotification(outputChanged, (change) => {
    assert.deepEqual(change, where);
    told.window += 1;
  });
  other.runtime.onNotification(outputChanged, () => {
    told.other += 1;
  });
  await window.runtime.request(followOutput, { ...where, follow: true });
  await other.runtime.request(followOutput, { ...where, follow: true });
  await other.runtime.request(followOutput, { ...where, follow: false });
  await evaluateIn(project, window, finishing("two"), "run(");
  await until("the change", () => told.window > 0);
  await until("all of the output", async () => (await outputOf(window, run)).includes("two ends"));
  assert.notEqual(await result, "gone");
  assert.equal(told.other, 0);
});

test("any window may cancel a run; its evaluation is told", async (t) => {
  const project = await makeProject(t);
  const [window, other] = [await project.connect(), await project.connect()];
  const { run, result } = await startWaiting(project, window, "three");
  const report = await other.runtime.request(cancelRun, { runId: run.header.id });
  assert.equal(report.message, "Cancelled. Stopped what ran on 1 host.");
  assert.deepEqual([report.stopped, report.survivors], [1, []]);
  const settled = await result;
  assert.ok(settled !== "gone" && settled.kind === "value", JSON.stringify(settled));
  await until("its end", async () => (await newestRun(window))?.header.state === "cancelled");
  const again = await other.runtime.request(cancelRun, { runId: run.header.id });
  assert.equal(again.message, "The run was over already.");
  assert.deepEqual([again.stopped, again.survivors], [0, []]);
  await until("nothing to be left", async () => (await project.processes()).length === 2);
});

test("after kill -9 a run that was under way is unknown, never running", async (t) => {
  const project = await makeProject(t);
  const window = await project.connect();
  await evaluateIn(project, window, finishing("other"), "run(");
  const { run, result } = await startWaiting(project, window, "four");
  signal(window.hello.pid, "SIGKILL");
  assert.equal(await result, "gone");
  const next = await project.connect();
  const { runs } = await next.runtime.request(listRuns, { limit: 10 });
  assert.deepEqual(
    runs.map(({ header, hosts }) => [header.state, ...hosts.map(({ state }) => state)]),
    [
      ["unknown", "unknown"],
      ["succeeded", "success"],
    ],
  );
  assert.equal(runs[0]?.header.id, run.header.id);
  assert.equal((await next.runtime.request(getStatus, {})).running, 0);
  const where = { runId: run.header.id, host: "localhost" };
  const { note = "" } = await next.runtime.request(readOutput, where);
  assert.match(note, /its process has ended/);
  await evaluateIn(project, next, finishing("four"), "run("); // what was under way on the host ends
});

test("an answer comes after all that happened to its runs, so that nobody shows half of it", async (t) => {
  const project = await makeProject(t);
  const window = await project.connect();
  const states = new Map<string, string>();
  window.runtime.onNotification(runsChanged, ({ changes }) => {
    for (const { header } of changes) states.set(header.id, header.state);
  });
  const known: (string | undefined)[] = [];
  for (const name of ["a", "b", "c", "d"]) {
    const result = await evaluateIn(project, window, finishing(name), "run(");
    assert.ok(result.kind === "value", JSON.stringify(result));
    known.push(...result.runs.map((id) => states.get(id)));
  }
  assert.deepEqual(known, ["succeeded", "succeeded", "succeeded", "succeeded"]);
});
