// Windows come and go: a reload in mid-run, a second window, one that is closed, one that is killed, a server that is killed.
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { build } from "../../scripts/build.ts";
import { killAll } from "../support/processes.ts";
import { until } from "../support/until.ts";
import type { Code } from "./harness/options.ts";
import { startCode } from "./harness/open.ts";
import { makeOpsProject, type OpsProject } from "./support/ops-project.ts";
import { openOpsWindow, type OpsWindow } from "./support/ops-window.ts";

const text = `import { Hosts, exec, run } from "re-ops";

let count = 1;

const lab = new Hosts({}, ["web-1", "web-2"]);

if (import.meta.repl) {
  count += 1;
  run(exec(lab, "until test -e ~/go; do sleep 0.1; done; cat ~/marker"));
  run(exec(lab, "cat ~/marker"));
}
`;

describe("windows that come and go", { timeout: 600_000 }, () => {
  let project: OpsProject;
  let code: Code;
  let file: string;

  before(async () => {
    await build(() => {});
    project = await makeOpsProject(["web-1", "web-2"], {
      "a.ts": text,
      "later.ts": text,
    });
    file = project.path("a.ts");
    code = await startCode({ env: project.env });
  });

  after(async () => {
    await code?.stop();
    await project?.stop();
  });

  const openWindow = async () => {
    const window = await openOpsWindow(code, project.folder);
    await window.open(file, "count += 1");
    await window.isBound(file);
    return window;
  };

  const evaluate = async (window: OpsWindow, at: string, expected: RegExp) => {
    await window.open(file, at);
    await window.press("Control+Enter");
    return window.inline(expected);
  };

  it("a run goes on through a reload, and is shown again", async () => {
    const window = await openWindow();
    await window.open(file, 'run(exec(lab, "until');
    await window.press("Control+Enter");
    await window.inline(/^… 0\/2$/u);
    await window.reload();
    await window.open(file, "count += 1");
    await until("the run in the tree", async () => {
      const { tree } = await window.seen();
      return tree[0]?.context === "run.running" && tree[0].description === "0/2";
    });
    await window.inline(/^… 0\/2$/u);
    for (const { home } of project.hosts) await writeFile(path.join(home, "go"), "");
    await window.inline(/^⇒ 2 ok · /u);
    for (const { home } of project.hosts) await rm(path.join(home, "go"));
    await window.close();
  });

  it("two windows share values and see each other's runs; one is closed, one killed", async () => {
    const [closed, killed, other] = [await openWindow(), await openWindow(), await openWindow()];
    await evaluate(closed, "count += 1", /^⇒ 2/u);
    await evaluate(killed, "count += 1", /^⇒ 3/u);
    await evaluate(killed, 'run(exec(lab, "cat', /^⇒ 2 ok/u);
    await until("the run in the other window's tree", async () => {
      const { tree } = await other.seen();
      return tree[0]?.description.startsWith("2 ok") === true;
    });
    const later = project.path("later.ts");
    await killed.open(later, 'run(exec(lab, "until');
    await killed.isBound(later);
    await killed.press("Control+Enter");
    await killed.inline(/^… 0\/2$/u);
    await until("that run in the other window's tree", async () => {
      const { tree } = await other.seen();
      return tree[0]?.description === "0/2";
    });
    await other.open(later);
    await other.inline(/^… 0\/2$/u);
    for (const { home } of project.hosts) await writeFile(path.join(home, "go"), "");
    await other.inline(/^⇒ 2 ok · /u);
    for (const { home } of project.hosts) await rm(path.join(home, "go"));
    await closed.close();
    await evaluate(other, "count += 1", /^⇒ 4/u);
    await killed.kill();
    await evaluate(other, "count += 1", /^⇒ 5/u);
    await other.close();
  });

  it("a window on several projects speaks to a server of each", async () => {
    const [left, right] = await Promise.all(
      ["left", "right"].map(async (name) => {
        await project.write(`${name}/re-ops.config.json`, "{}\n");
        return project.write(`${name}/b.ts`, `import { run } from "re-ops";\n"${name}";\n`);
      }),
    );
    assert.ok(left !== undefined && right !== undefined);
    const window = await openWindow();
    for (const [file, name] of [
      [left, "left"],
      [right, "right"],
    ] as const) {
      await window.open(file, `"${name}"`);
      await window.isBound(file);
      await window.press("Control+Enter");
      await window.inline(new RegExp(`^⇒ "${name}"$`, "u"));
    }
    const { connections } = await window.seen();
    assert.deepEqual(
      connections.map((connection) => connection.project),
      [project.folder, project.path("left"), project.path("right")],
    );
    await window.close();
  });

  it("finds a new server when the old one was killed, and says what is not known", async () => {
    const window = await openWindow();
    await window.open(file, 'run(exec(lab, "until');
    await window.press("Control+Enter");
    await window.inline(/^… 0\/2$/u);
    const pid = project.serverPid();
    assert.ok(pid);
    await killAll([pid]);
    await window.inline(/^✗ the server ended meanwhile/u);
    await window.isBound(file);
    await until("the run to be unknown", async () => {
      const { tree } = await window.seen();
      const hosts = tree[0]?.children.map((host) => host.look.words) ?? [];
      return hosts.length === 2 && hosts.every((words) => words === "unknown");
    });
    await evaluate(window, 'run(exec(lab, "cat', /^⇒ 2 ok/u);
    assert.deepEqual(await window.notifications(), [], "one loss is nothing to tell about");
    await window.close();
  });
});
