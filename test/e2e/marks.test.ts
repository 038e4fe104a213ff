// Marks in the gutter of a real VS Code: each state, through edits, across files and windows, and after a restart of the live process.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { build } from "../../scripts/build.ts";
import { until } from "../support/until.ts";
import type { Code } from "./harness/options.ts";
import { startCode } from "./harness/open.ts";
import { makeOpsProject, type OpsProject } from "./support/ops-project.ts";
import { openOpsWindow, type OpsWindow } from "./support/ops-window.ts";

const base = `import { run } from "re-ops";
export const limit = 3;

export function double(n: number) {
  return n * 2;
}

if (import.meta.repl) {
  const broken = missing;
}
`;

const user = `import { limit } from "./base.ts";
const twice = limit * 2;
const later = () => limit;

if (import.meta.repl) {
  twice + 1;
}
`;

const long = Array.from(
  { length: 1500 },
  (_, line) => `const line${line + 1} = ${line + 1};\n`,
).join("");

describe("marks in the gutter", { timeout: 600_000 }, () => {
  let project: OpsProject;
  let code: Code;
  let window: OpsWindow;
  let baseFile: string;
  let userFile: string;

  before(async () => {
    await build(() => {});
    project = await makeOpsProject([], {
      "re-ops.config.json": "{}\n",
      "base.ts": base,
      "user.ts": user,
      "long.ts": long,
    });
    [baseFile, userFile] = [project.path("base.ts"), project.path("user.ts")];
    code = await startCode({ env: project.env, settings: { "files.autoSave": "off" } });
    window = await openOpsWindow(code, project.folder);
    await window.open(baseFile);
    await window.isBound(baseFile);
  });

  after(async () => {
    await code?.stop();
    await project?.stop();
  });

  const evaluate = async (file: string, at: string, expected: RegExp) => {
    await window.open(file, at);
    await window.isBound(file);
    await window.command("re-ops.evaluateForm");
    await window.inline(expected);
  };

  const shows = async (expected: Record<string, string>, where = window) => {
    await until(`the gutter to show ${JSON.stringify(expected)}`, async () => {
      assert.deepEqual(await where.gutter(), expected);
      return true;
    });
  };

  const replace = async (file: string, from: string, to: string) => {
    await window.evaluate(
      async (vscode, { file, from, to }) => {
        const document = await vscode.workspace.openTextDocument(file);
        const at = document.getText().indexOf(from);
        const edit = new vscode.WorkspaceEdit();
        const range = new vscode.Range(
          document.positionAt(at),
          document.positionAt(at + from.length),
        );
        edit.replace(document.uri, range, to);
        await vscode.workspace.applyEdit(edit);
      },
      { file, from, to },
    );
  };

  it("nothing in a file of which nothing was evaluated; then evaluated, failed and never evaluated", async () => {
    await shows({});
    await evaluate(baseFile, "export const limit", /^⇒ 3/u);
    await evaluate(baseFile, "const broken", /^✗ ReferenceError/u);
    await shows({ 1: "never", 2: "current", 4: "never", 9: "failed" });
    await evaluate(baseFile, "export function", /^⇒/u);
    await shows({ 1: "never", 2: "current", 4: "current", 9: "failed" });
  });

  it("comments and spacing change nothing but the lines, an edit does, undoing it takes that back", async () => {
    await replace(baseFile, "  return n * 2;", "  // twice\n  return n*2;");
    await shows({ 1: "never", 2: "current", 4: "current", 10: "failed" });
    await replace(baseFile, "n*2", "n * 4");
    await shows({ 1: "never", 2: "current", 4: "edited", 10: "failed" });
    const hovers = await window.hovers(baseFile, "export function");
    assert.match(hovers.join("\n"), /Edited since it was evaluated/u);
    await replace(baseFile, "n * 4", "n * 2");
    await shows({ 1: "never", 2: "current", 4: "current", 10: "failed" });
  });

  it("are there wherever a long file is scrolled to, on the lines that moved", async () => {
    const file = project.path("long.ts");
    await window.open(file, "const line1 =");
    await window.isBound(file);
    await window.command("re-ops.loadFile");
    await window.inline(/^⇒/u);
    await window.open(file, "const line1400 =");
    await until("the marks round line 1400", async () => {
      const marks = await window.gutter();
      return marks[1400] === "current" && marks[1395] === "current" && marks[1] === undefined;
    });
    await replace(file, "const line700 = 700;", "const line700 =\n  701;");
    await window.open(file, "const line699 =");
    await until("an edited form, and those below it where they are now", async () => {
      const { 700: edited, 701: nothing, 702: below } = await window.gutter();
      return edited === "edited" && nothing === undefined && below === "current";
    });
    const taken = "const line710 = 710;\nconst line711 = 711;\n";
    await replace(file, taken, "");
    await replace(file, "const line712", `${taken}const line712`);
    await until("what was taken out and put back, each on its own line", async () => {
      const marks = await window.gutter();
      return [710, 711, 712, 713, 714].every((line) => marks[line] === "current");
    });
  });

  it("holds an older value across two files, until it is evaluated again", async () => {
    await window.open(userFile);
    await shows({});
    await evaluate(userFile, "const twice", /^⇒ 6/u);
    await evaluate(userFile, "const later", /^⇒/u);
    await evaluate(userFile, "twice + 1", /^⇒ 7/u);
    await shows({ 1: "current", 2: "current", 3: "current", 6: "current" });
    await replace(baseFile, "limit = 3", "limit = 5");
    await evaluate(baseFile, "export const limit", /^⇒ 5/u);
    await window.open(userFile);
    await shows({ 1: "current", 2: "older", 3: "current", 6: "current" });
    const hovers = await window.hovers(userFile, "const twice");
    assert.match(hovers.join("\n"), /Holds an older\*\* `limit`, which was evaluated again/u);
    await evaluate(userFile, "const twice", /^⇒ 10/u);
    await shows({ 1: "current", 2: "current", 3: "current", 6: "current" });
  });

  it("another window shows the same, and what changes there", async () => {
    const other = await openOpsWindow(code, project.folder);
    await other.open(userFile);
    await shows({ 1: "current", 2: "current", 3: "current", 6: "current" }, other);
    await evaluate(userFile, "const later", /^⇒/u);
    await replace(baseFile, "limit = 5", "limit = 6");
    await evaluate(baseFile, "export const limit", /^⇒ 6/u);
    await shows({ 1: "current", 2: "older", 3: "current", 6: "current" }, other);
    await other.close();
  });

  it("the setting takes them away, and brings them back", async () => {
    const show = (isShown: boolean) =>
      window.evaluate(async (vscode, isShown) => {
        const { Global } = vscode.ConfigurationTarget;
        await vscode.workspace.getConfiguration("re-ops").update("marks", isShown, Global);
      }, isShown);
    await window.open(userFile);
    await shows({ 1: "current", 2: "older", 3: "current", 6: "current" });
    await show(false);
    await shows({});
    const hovers = await window.hovers(userFile, "const twice");
    assert.doesNotMatch(hovers.join("\n"), /Holds an older/u);
    await show(true);
    await shows({ 1: "current", 2: "older", 3: "current", 6: "current" });
  });

  it("after a restart of the live process nothing is evaluated", async () => {
    await window.command("re-ops.restartLive");
    await shows({ 1: "never", 2: "never", 3: "never", 6: "never" });
    await evaluate(userFile, "const later", /^⇒/u);
    await shows({ 1: "current", 2: "never", 3: "current", 6: "never" });
  });
});
