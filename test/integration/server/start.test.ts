// A server's life: started once however many ask, found again, ended orderly, and cleared up after when it was killed.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { chooseNode, readServerRecord, serverLogFile, stopServer } from "re-ops/client";
import { getStatus, listRuns, stopServer as askToStop } from "re-ops/protocol";
import { isRunning, processesWith, signal } from "../../support/processes.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { displayOf, evaluateIn, loopForever, untilLooping } from "./evaluating.ts";
import { makeProject, type Project, serverEntry as usualEntry } from "./project.ts";

const sleeper = `import { exec, Hosts, run } from "re-ops";
const here = new Hosts({ transport: "local" }, ["localhost"]);
export const sleep = () => { run(exec(here, "sleep 60")); };
sleep();
`;

async function untilAllGone(project: Project): Promise<void> {
  await until("every process to be gone", async () => (await project.processes()).length === 0);
}

test("windows that open at the same time get one server; the other starts end cleanly", async (t) => {
  const project = await makeProject(t);
  const windows = await Promise.all([project.connect(), project.connect(), project.connect()]);
  assert.equal(new Set(windows.map(({ hello }) => hello.pid)).size, 1);
  await until("one server and its live process", async () => {
    const status = await windows[0]?.runtime.request(getStatus, {});
    const processes = await project.processes();
    return processes.length === 2 && status?.live.state === "ready" && status.clients === 3;
  });
  const log = await until("the other starts to end", async () => {
    const now = await project.readLog();
    return now.match(/another server serves/g)?.length === 2 ? now : undefined;
  });
  assert.equal(log.match(/ serving /g)?.length, 1, log);
});

for (const given of [undefined, "7"]) {
  const size = given ?? "16";
  test(`a server has ${size} threads for names that DNS never answers, where ${given ?? "nothing"} is set`, async (t) => {
    const project = await makeProject(t);
    const { UV_THREADPOOL_SIZE: _ours, ...environment } = project.environment;
    const window = await project.connect({
      environment: { ...environment, ...(given !== undefined && { UV_THREADPOOL_SIZE: given }) },
    });
    assert.ok((await processesWith(`UV_THREADPOOL_SIZE=${size}`)).includes(window.hello.pid));
  });
}

test("a server killed with -9 leaves no live process, and is started once for all who come back", async (t) => {
  const project = await makeProject(t);
  const [first, second] = await Promise.all([project.connect(), project.connect()]);
  await displayOf(evaluateIn(project, first, "1 + 1"));
  signal(first.hello.pid, "SIGKILL");
  await Promise.all([first.closed, second.closed]);
  await untilAllGone(project);
  const [third, fourth] = await Promise.all([project.connect(), project.connect()]);
  assert.equal(third.hello.pid, fourth.hello.pid);
  assert.notEqual(third.hello.pid, first.hello.pid);
  assert.equal(await displayOf(evaluateIn(project, third, "1 + 1")), "2");
});

test("a live process that loops when its server is killed is ended by the next server", async (t) => {
  const project = await makeProject(t);
  const window = await project.connect();
  await displayOf(evaluateIn(project, window, "1 + 1"));
  const { live } = await window.runtime.request(getStatus, {});
  const looping = loopForever(project, window).catch(() => "gone");
  await untilLooping(project);
  signal(window.hello.pid, "SIGKILL");
  assert.equal(await looping, "gone");
  const next = await project.connect();
  assert.equal(await displayOf(evaluateIn(project, next, "1 + 1")), "2");
  assert.equal(await isRunning(live.pid ?? 0), false);
  await until("its own to be the only ones", async () => (await project.processes()).length === 2);
});

test("nobody connected and nothing running ends it, and nothing of it stays", async (t) => {
  const project = await makeProject(t);
  const window = await project.connect({ idleMs: 50 });
  await displayOf(evaluateIn(project, window, "1 + 1"));
  const { socket = "" } = readServerRecord(project.stateFolder) ?? {};
  assert.ok(existsSync(socket));
  window.dispose();
  await untilAllGone(project);
  assert.equal(readServerRecord(project.stateFolder), undefined);
  assert.ok(!existsSync(socket));
  assert.match(await project.readLog(), /ending: nobody is connected and nothing runs/);
});

test("asked to end, it refuses while something runs, and stops it when forced", async (t) => {
  const project = await makeProject(t);
  const window = await project.connect();
  void evaluateIn(project, window, sleeper, "sleep();\n").catch(() => {});
  await until("the run", async () => (await window.runtime.request(getStatus, {})).running === 1);
  const kept = await window.runtime.request(askToStop, { force: false });
  assert.equal(kept.stopped, false);
  const stopped = await window.runtime.request(askToStop, { force: true });
  assert.equal(stopped.stopped, true);
  await window.closed;
  await untilAllGone(project);
});

test("SIGTERM ends it orderly: what ran is stopped and told by the next server", async (t) => {
  const project = await makeProject(t);
  const window = await project.connect();
  void evaluateIn(project, window, sleeper, "sleep();\n").catch(() => {});
  await until("the run", async () => (await window.runtime.request(getStatus, {})).running === 1);
  assert.ok(await stopServer(project.folder, project.environment, t.signal));
  await untilAllGone(project);
  assert.equal(await stopServer(project.folder, project.environment, t.signal), false);
  const next = await project.connect();
  const { runs } = await next.runtime.request(listRuns, { limit: 5 });
  assert.equal(runs.length, 1);
  assert.match(runs[0]?.header.state ?? "", /^(cancelled|interrupted)$/);
});

test("a promise that nobody awaits is told in the log, and ends nothing", async (t) => {
  const project = await makeProject(t);
  const serverEntry = await breakOnSignal('void Promise.reject(new Error("a slip"));', t);
  const window = await project.connect({ serverEntry });
  signal(window.hello.pid, "SIGUSR2");
  await until("the log", async () => (await project.readLog()).includes("Error: a slip\n    at "));
  assert.equal(await displayOf(evaluateIn(project, window, "1 + 1")), "2");
});

test("an exception that nobody catches ends the server in order: what runs is stopped and told by the next one", async (t) => {
  const project = await makeProject(t);
  const serverEntry = await breakOnSignal('throw new Error("a slip");', t);
  const window = await project.connect({ serverEntry });
  void evaluateIn(project, window, sleeper, "sleep();\n").catch(() => {});
  await until("the run", async () => (await window.runtime.request(getStatus, {})).running === 1);
  const { socket = "" } = readServerRecord(project.stateFolder) ?? {};
  signal(window.hello.pid, "SIGUSR2");
  await window.closed;
  await untilAllGone(project);
  assert.ok(!existsSync(socket));
  assert.equal(readServerRecord(project.stateFolder), undefined);
  assert.match(await project.readLog(), /ends because of it: Error: a slip\n(?:.*\n)*.* ended\n/u);
  const next = await project.connect();
  const { runs } = await next.runtime.request(listRuns, { limit: 5 });
  assert.match(runs[0]?.header.state ?? "", /^(cancelled|interrupted)$/);
  assert.match(runs[0]?.header.message ?? "", /Re-ops is stopping|interrupted/u);
});

/** A server that has a mistake, which shows when the signal SIGUSR2 comes. */
async function breakOnSignal(mistake: string, t: TestContext): Promise<string> {
  const entry = path.join(await temporaryFolder(t), "server.ts");
  const code = `process.on("SIGUSR2", () => { ${mistake} });\nawait import(${JSON.stringify(usualEntry)});\n`;
  await writeFile(entry, code);
  return entry;
}

test("a server that does not come up is told with the end of its log", async (t) => {
  const project = await makeProject(t);
  const broken = path.join(await temporaryFolder(t), "server.ts");
  await writeFile(broken, "throw new Error('the disk is full');");
  await assert.rejects(project.connect({ serverEntry: broken }), (error: Error) => {
    assert.match(error.message, /exit code 1/);
    assert.match(error.message, /the disk is full/);
    assert.ok(error.message.includes(serverLogFile(project.stateFolder)));
    return true;
  });
});

test("a connect that is given up rejects with the reason", async (t) => {
  const project = await makeProject(t);
  const signal = AbortSignal.abort(new Error("the window closes"));
  await assert.rejects(project.connect({ signal }), /the window closes/);
});

test("Node is chosen by setting, then PATH, then the editor's own; what is missing is named", async (t) => {
  const folder = await temporaryFolder(t);
  const old = path.join(folder, "node");
  await writeFile(old, '#!/bin/sh\necho \'{"version":"20.1.0","missing":["node:sqlite"]}\'\n');
  await chmod(old, 0o755);
  const electron = process.execPath;
  assert.deepEqual(await chooseNode({ electron }, { PATH: folder }), {
    path: electron,
    environment: { ELECTRON_RUN_AS_NODE: "1" },
  });
  const good = { PATH: path.dirname(process.execPath) };
  assert.equal(path.dirname((await chooseNode({ electron: old }, good)).path), good.PATH);
  await assert.rejects(
    chooseNode({ setting: old, electron }, good),
    /Node 24 or newer.*\/node is Node 20\.1\.0 and lacks node:sqlite/,
  );
  await assert.rejects(chooseNode({}, { PATH: "" }), /there is no node on PATH/);
  await assert.rejects(chooseNode({ setting: "/nowhere/node" }, good), /could not be asked/);
});
