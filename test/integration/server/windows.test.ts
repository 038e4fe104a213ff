// Two windows on one server: whatever happens to the first, the second never notices.
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { getStatus } from "re-ops/protocol";
import { until } from "../../support/until.ts";
import { displayOf, evaluateIn } from "./evaluating.ts";
import { openLanguage } from "./language-client.ts";
import { makeProject, type Project } from "./project.ts";

const text = 'import { ls } from "re-ops";\nfunction f(hs) {\n  ls(hs);\n}\n';

/** A window in a process of its own; resolves when both its doors are open. */
async function openWindow(
  t: TestContext,
  project: Project,
): Promise<{ child: ChildProcess; serverPid: number }> {
  const child = fork(path.join(import.meta.dirname, "window.ts"), ["--project", project.folder], {
    env: { ...project.environment },
    execArgv: [],
  });
  t.after(() => child.kill("SIGKILL"));
  const ended = once(child, "exit").then(() => assert.fail("the window ended before it was open"));
  const [serverPid] = (await Promise.race([once(child, "message"), ended])) as [number];
  return { child, serverPid };
}

async function closeWindow({ child }: { child: ChildProcess }): Promise<void> {
  const exited = once(child, "exit");
  child.send("close");
  assert.deepEqual(await exited, [0, null]);
}

async function killWindow({ child }: { child: ChildProcess }): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

/** This window: connected after the first, or before it. */
async function openSecond(project: Project) {
  const connection = await project.connect();
  const language = await openLanguage(connection);
  const uri = "file:///second.ts";
  const diagnostics = language.nextDiagnostics(uri);
  language.show(uri, text);
  assert.equal((await diagnostics).length, 1);
  let lost = false;
  void connection.closed.then(() => (lost = true));
  void language.closed.then(() => (lost = true));
  return {
    connection,
    async assertUnharmed() {
      assert.match(await language.hover(uri, 2, 3), /Lists a folder\./);
      assert.equal(await displayOf(evaluateIn(project, connection, "kept;\n")), "7");
      assert.equal(lost, false);
    },
  };
}

async function keepValue(project: Project): Promise<void> {
  const window = await project.connect();
  await evaluateIn(project, window, "let kept = 7;\n");
  window.dispose();
}

for (const order of ["first", "second"] as const) {
  test(`a window closed, reloaded and killed; the other opened ${order}`, async (t) => {
    const project = await makeProject(t);
    await keepValue(project);
    const early = order === "first" ? await openSecond(project) : undefined;
    let one = await openWindow(t, project);
    const second = early ?? (await openSecond(project));
    const { pid } = second.connection.hello;
    assert.equal(one.serverPid, pid);

    await closeWindow(one);
    await second.assertUnharmed();

    one = await openWindow(t, project); // Closed and opened again is what a reload is.
    await second.assertUnharmed();
    await closeWindow(one);
    one = await openWindow(t, project);
    await second.assertUnharmed();

    await killWindow(one);
    await second.assertUnharmed();
    one = await openWindow(t, project);
    assert.equal(one.serverPid, pid);
    await killWindow(one);
    await until("the dead to be forgotten", async () => {
      return (await second.connection.runtime.request(getStatus, {})).clients === 1;
    });
    await second.assertUnharmed();
  });
}

test("a window that was killed is still no reason to end after the time in which the library would look for it", async (t) => {
  const project = await makeProject(t);
  await keepValue(project);
  const one = await openWindow(t, project);
  const second = await openSecond(project);
  await killWindow(one);
  const libraryLooksEveryMs = 3000;
  const end = performance.now() + libraryLooksEveryMs + 500;
  while (performance.now() < end) {
    await second.assertUnharmed();
    await wait(250);
  }
});
