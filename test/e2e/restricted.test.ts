// Where Re-ops must keep still: Restricted Mode, and folders that are no project.
import assert from "node:assert/strict";
import { access, readdir } from "node:fs/promises";
import path from "node:path";
import { type TestContext, before, test } from "node:test";
import { build } from "../../scripts/build.ts";
import { lastFirst } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { makeOpsProject } from "./support/ops-project.ts";
import { startOpsWindow } from "./support/ops-window.ts";

const text = `import { Hosts, exec, run } from "re-ops";

run(exec(new Hosts({}, ["web-1"]), "touch ~/was-here"));
`;

before(() => build(() => {}));

test("in Restricted Mode nothing is evaluated, started, connected or written", async (t) => {
  const { project, window } = await openProject(
    t,
    { "a.ts": text, "re-ops.config.json": "{}" },
    { trusted: false },
  );
  const file = project.path("a.ts");
  await window.open(file, "run(exec");
  await until("the extension to be active", () => window.seen());
  await window.command("re-ops.runs.focus");
  await window.page.locator(".welcome-view-content", { hasText: "Restricted Mode" }).waitFor();
  await window.open(file, "run(exec");
  await window.press("Control+Enter");
  await until("VS Code's own Ctrl+Enter", async () => {
    const now = await window.evaluate((vscode) =>
      vscode.window.activeTextEditor?.document.getText(),
    );
    return now?.split("\n").length === 5;
  });
  await window.command("re-ops.evaluate");
  await until("the reason", async () =>
    (await window.notifications()).some((text) =>
      text.includes("evaluates nothing in Restricted Mode"),
    ),
  );
  await window.screenshot("restricted-dark");
  const { connections, inline, files, tree } = await window.seen();
  assert.deepEqual(
    { connections, inline, files, tree },
    { connections: [], inline: [], files: [], tree: [] },
  );
  assert.equal(await exists(project.env["XDG_STATE_HOME"]), false, "no server left its state");
  assert.equal(await exists(path.join(project.folder, "node_modules")), false);
  assert.equal(project.opened(), 0);
});

test("a folder that is no project keeps its keys, and nothing is started or written", async (t) => {
  const files = { "plain/a.ts": "const a = 1;\n" };
  const { project, window } = await openProject(t, files, { folder: "plain" });
  const file = project.path("plain/a.ts");
  await window.open(file, "const a");
  await until("the extension to be active", () => window.seen());
  await window.press("Control+Enter");
  await until("VS Code's own Ctrl+Enter", async () => {
    const now = await window.evaluate((vscode) =>
      vscode.window.activeTextEditor?.document.getText(),
    );
    return now === "const a = 1;\n\n";
  });
  const { connections, files: known } = await window.seen();
  assert.deepEqual({ connections, known }, { connections: [], known: [] });
  assert.equal(await exists(project.env["XDG_STATE_HOME"]), false);
  assert.deepEqual(await readdir(project.path("plain")), ["a.ts"]);
  await window.type(file, "const a", 'import { run } from "re-ops";\n');
  await window.isBound(file);
  const [connection] = (await window.seen()).connections;
  assert.equal(
    connection?.project,
    project.path("plain"),
    "an import makes the workspace folder a project",
  );
});

/** A window on the project, or on a folder in it. */
async function openProject(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  { folder = "", trusted = true }: { folder?: string; trusted?: boolean },
) {
  const ending = lastFirst(t);
  const project = await makeOpsProject(["web-1"], files);
  // The window goes first, with all that it has started: the rest is removed from under them.
  ending.after(() => project.stop());
  const window = await startOpsWindow({ folder: project.path(folder), env: project.env, trusted });
  ending.after(() => window.code.stop());
  return { project, window };
}

async function exists(file: string | undefined): Promise<boolean> {
  return access(file ?? "").then(
    () => true,
    () => false,
  );
}
