// The second rung: a loop of user code is broken off wherever it began, its process and every `let` value stay, and what is said is true.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ServerConnection } from "re-ops/client";
import { cancelRun, getStatus, interrupt, listRuns, type RunDetail } from "re-ops/protocol";
import { until } from "../../support/until.ts";
import { displayOf, evaluateIn, LOOP, loopForever, untilLooping } from "./evaluating.ts";
import { makeProject, type Project } from "./project.ts";

const here = `import { exec, Hosts, run, tap } from "re-ops";
const here = new Hosts({ transport: "local" }, ["localhost"]);
`;

async function openWindow(t: TestContext) {
  const project = await makeProject(t);
  const window = await project.connect();
  await evaluateIn(project, window, "let kept = 7;\n");
  const { live } = await window.runtime.request(getStatus, {});
  return { project, window, pid: live.pid };
}

/** The same process, its `let` value, and a server that waits for nothing. */
async function expectUnharmed(project: Project, window: ServerConnection, pid: number | undefined) {
  assert.equal(
    await displayOf(evaluateIn(project, window, "let kept = 7;\nkept;\n", "kept;\n")),
    "7",
  );
  const status = await until("nothing to be under way", async () => {
    const now = await window.runtime.request(getStatus, {});
    return now.evaluating === 0 && now.running === 0 ? now : undefined;
  });
  assert.equal(status.live.pid, pid);
  assert.equal(status.live.restarts, 0);
}

test("a loop in a form", async (t) => {
  const { project, window, pid } = await openWindow(t);
  const looping = loopForever(project, window);
  await untilLooping(project);
  const report = await window.runtime.request(interrupt, {});
  assert.equal(
    report.message,
    "Interrupted. Broke off the loop at loop.ts:1. No `let` value was lost.",
  );
  assert.deepEqual([report.rung, report.liveRestarted, report.lost], [2, false, []]);
  assert.equal((await looping).kind, "interrupted");
  await expectUnharmed(project, window, pid);
});

/** Each starts a loop from another kind of callback; an evaluation that has settled by then is not interrupted. */
const starters: readonly (readonly [string, string])[] = [
  ["setTimeout", `setTimeout(${LOOP}, 1); 0`],
  ["setInterval", `setInterval(${LOOP}, 1); 0`],
  ["setImmediate", `setImmediate(${LOOP}); 0`],
  ["setTimeout of node:timers", `(await import("node:timers")).setTimeout(${LOOP}, 1); 0`],
  ["timers/promises", `(await import("node:timers/promises")).setTimeout(1).then(${LOOP}); 0`],
  ["a promise", `void Promise.resolve().then(${LOOP}); 0`],
  ["process.nextTick", `process.nextTick(${LOOP}); 0`],
  ["queueMicrotask", `queueMicrotask(${LOOP}); 0`],
  [
    "microtasks without end",
    `(${LOOP.replace("while (true) {}", "const again = () => queueMicrotask(again); again();")})()`,
  ],
  [
    "an emitter",
    `{ const e = new (await import("node:events")).EventEmitter(); e.on("x", ${LOOP}); setTimeout(() => e.emit("x"), 1); }`,
  ],
  ["an abort listener", `AbortSignal.timeout(1).addEventListener("abort", ${LOOP}); 0`],
  ["a file", `(await import("node:fs")).readFile("re-ops.config.json", ${LOOP}); 0`],
  ["a child process", `(await import("node:child_process")).execFile("true", ${LOOP}); 0`],
];

for (const [kind, text] of starters) {
  test(`a loop that began in ${kind}`, async (t) => {
    const { project, window, pid } = await openWindow(t);
    const looping = evaluateIn(project, window, text, "", { mode: "file", file: "loop.ts" });
    await untilLooping(project);
    const report = await window.runtime.request(interrupt, {});
    assert.match(report.message, /Broke off the loop at loop\.ts:1\b/);
    assert.equal(report.rung, 2);
    assert.match((await looping).kind, /interrupted|value/);
    await expectUnharmed(project, window, pid);
  });
}

test("an interval that loops is stopped, so that it does not loop again", async (t) => {
  const { project, window, pid } = await openWindow(t);
  await evaluateIn(project, window, "let count = 0;\n", "", { file: "loop.ts" });
  const text = `let count = 0;\nsetInterval(() => { count += 1; (${LOOP})(); }, 1);\ncount;\n`;
  await evaluateIn(project, window, text, "setInterval", { file: "loop.ts" });
  await untilLooping(project);
  const report = await window.runtime.request(interrupt, {});
  assert.equal(
    report.message,
    "Broke off the loop at loop.ts:2, left behind by an earlier evaluation. The timer that had started it was stopped, too. No `let` value was lost.",
  );
  const read = () => displayOf(evaluateIn(project, window, text, "count;\n", { file: "loop.ts" }));
  assert.equal(await read(), "1");
  await evaluateIn(project, window, "await new Promise((done) => setTimeout(done, 20));");
  assert.equal(await read(), "1");
  await expectUnharmed(project, window, pid);
});

test("the loop need not be what was asked for: both are told", async (t) => {
  const { project, window, pid } = await openWindow(t);
  const evaluationId = crypto.randomUUID();
  const waiting = evaluateIn(project, window, "await new Promise(() => {});", "await", {
    evaluationId,
  });
  const looping = loopForever(project, window);
  await untilLooping(project);
  const report = await window.runtime.request(interrupt, { evaluationId });
  assert.equal(
    report.message,
    "Interrupted. Broke off the loop at loop.ts:1, of another evaluation. No `let` value was lost.".replace(
      ",.",
      ".",
    ),
  );
  const asked = await waiting;
  assert.ok(asked.kind === "interrupted");
  assert.equal(asked.message, "Interrupted.");
  const other = await looping;
  assert.ok(other.kind === "interrupted");
  assert.equal(other.message, "Broken off: it kept the live process from answering an interrupt.");
  await expectUnharmed(project, window, pid);
});

test("another evaluation that only waits goes on when a loop is broken off", async (t) => {
  const { project, window, pid } = await openWindow(t);
  const waits = "await new Promise((done) => { globalThis.finish = done; });";
  const waiting = evaluateIn(project, window, waits, "await", { mode: "form" });
  await evaluateIn(project, window, "1;");
  const evaluationId = crypto.randomUUID();
  const looping = evaluateIn(project, window, `(${LOOP})();`, "", { evaluationId, mode: "form" });
  await untilLooping(project);
  await window.runtime.request(interrupt, { evaluationId });
  assert.equal((await looping).kind, "interrupted");
  await evaluateIn(project, window, 'globalThis.finish("went on");', "", { mode: "form" });
  assert.equal(await displayOf(waiting), '"went on"');
  await expectUnharmed(project, window, pid);
});

test("a load whose form loops can be loaded again", async (t) => {
  const { project, window, pid } = await openWindow(t);
  const load = (text: string) =>
    evaluateIn(project, window, text, "", { mode: "file", file: "b.ts" });
  const looping = load(`(${LOOP})();`);
  await untilLooping(project);
  await window.runtime.request(interrupt, {});
  assert.equal((await looping).kind, "interrupted");
  assert.equal((await load("const fine = 1;")).kind, "value");
  await expectUnharmed(project, window, pid);
});

test("an interrupted load does not go on with its next form", async (t) => {
  const { project, window, pid } = await openWindow(t);
  const text =
    "await new Promise((done) => { globalThis.finish = done; });\nglobalThis.wentOn = true;\n";
  const loading = evaluateIn(project, window, text, "", { mode: "file", file: "b.ts" });
  await until(
    "the load to wait",
    async () =>
      (await displayOf(
        evaluateIn(project, window, "typeof globalThis.finish;", "typeof", { mode: "form" }),
      )) === '"function"',
  );
  await window.runtime.request(interrupt, {});
  assert.equal((await loading).kind, "interrupted");
  await evaluateIn(project, window, "globalThis.finish();", "", { mode: "form" });
  assert.equal(
    await displayOf(
      evaluateIn(project, window, "typeof globalThis.wentOn;", "typeof", { mode: "form" }),
    ),
    '"undefined"',
  );
  await expectUnharmed(project, window, pid);
});

test("a run right before the loop is written to its end", async (t) => {
  const { project, window, pid } = await openWindow(t);
  const text = `${here}{ run(exec(here, "sleep 60")); (${LOOP})(); }`;
  const looping = evaluateIn(project, window, text, "{ run(", { mode: "form" });
  await untilLooping(project);
  const report = await window.runtime.request(interrupt, {});
  assert.equal(report.rung, 2);
  assert.equal((await looping).kind, "interrupted");
  await expectUnharmed(project, window, pid);
});

async function runIn(window: ServerConnection): Promise<RunDetail> {
  return until(
    "the run",
    async () => (await window.runtime.request(listRuns, { limit: 1 })).runs[0],
  );
}

test("a loop in a stage, stopped by its evaluation: the run says where", async (t) => {
  const { project, window, pid } = await openWindow(t);
  const text = `${here}run(exec(here, "echo"), tap(${LOOP}));`;
  const looping = evaluateIn(project, window, text, "run(");
  await untilLooping(project);
  const report = await window.runtime.request(interrupt, {});
  assert.equal(report.rung, 2);
  assert.equal((await looping).kind, "interrupted");
  await expectUnharmed(project, window, pid);
  assert.equal((await runIn(window)).header.state, "cancelled");
});

test("a loop in a stage, stopped by its run alone", async (t) => {
  const { project, window, pid } = await openWindow(t);
  const text = `${here}run(exec(here, "echo"), tap(${LOOP}));`;
  const looping = evaluateIn(project, window, text, "run(");
  await untilLooping(project);
  const run = await runIn(window);
  const report = await window.runtime.request(cancelRun, { runId: run.header.id });
  assert.equal(report.message, "Cancelled. Broke off the loop at a.ts:3. No `let` value was lost.");
  assert.notEqual((await looping).kind, "error");
  await expectUnharmed(project, window, pid);
  assert.equal((await runIn(window)).header.state, "cancelled");
});

test("to cancel a run breaks off no loop of another", async (t) => {
  const { project, window, pid } = await openWindow(t);
  const text = `${here}run(exec(here, "echo"), () => new Promise(() => {}));`;
  const waiting = evaluateIn(project, window, text, "run(");
  await until("the stage", async () => (await runIn(window)).hosts[0]?.state === "success");
  const looping = loopForever(project, window);
  await untilLooping(project);
  const { header } = await runIn(window);
  const report = await window.runtime.request(cancelRun, { runId: header.id });
  assert.equal(
    report.message,
    "Cancelled. The live process is busy with something else, which goes on.",
  );
  const { evaluating } = await window.runtime.request(getStatus, {});
  assert.equal(evaluating, 2);
  await window.runtime.request(interrupt, {});
  assert.equal((await looping).kind, "interrupted");
  assert.match((await waiting).kind, /interrupted|value/);
  await expectUnharmed(project, window, pid);
});

test("a live process whose server is killed ends itself, and what it started, while user code loops", async (t) => {
  const { project, window } = await openWindow(t);
  const spawn = `process.getBuiltinModule("node:child_process").spawn("sleep", ["60"]);`;
  void evaluateIn(project, window, `{ ${spawn} (${LOOP})(); }`, "", { mode: "form" }).catch(
    () => {},
  );
  await untilLooping(project);
  await until("all to be seen", async () => (await project.processes()).length === 3);
  process.kill(window.hello.pid, "SIGKILL");
  await until("all to be gone", async () => (await project.processes()).length === 0);
});
