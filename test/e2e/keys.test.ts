// Our keys beside VS Code's own: Escape belongs to whatever else wants it, and a setting gives all keys back.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "../../scripts/build.ts";
import { until } from "../support/until.ts";
import { checkout } from "./harness/screenshot.ts";
import { makeOpsProject, type OpsProject } from "./support/ops-project.ts";
import { type OpsWindow, startOpsWindow } from "./support/ops-window.ts";

type Binding = { key: string; command: string; when?: string };

const text = `import { run } from "re-ops";

export const uses = run;

1 + 1;
`;

/** True while the cursor is in the text of a file too. */
const inText = new Set(["editorFocus", "editorTextFocus", "textInputFocus", "inputFocus"]);

/** Never true while the cursor is in the text of a file in an editor of its own. */
const elsewhere =
  /Focus(?:ed|InAny)?$|^in(?:Chat|Keybindings|Models|Quick|Search|Settings|Welcome)|^(?:breadcrumbsActive|chatInAgentSessionProjection|isNotebookMultiSelect|scmRepository|webviewFindWidgetVisible)$/u;

describe("keys", { timeout: 300_000 }, () => {
  let project: OpsProject;
  let window: OpsWindow & { code: { stop(): Promise<void> } };
  let file: string;

  before(async () => {
    await build(() => {});
    project = await makeOpsProject(["web-1"], { "a.ts": text });
    file = project.path("a.ts");
    window = await startOpsWindow({ folder: project.folder, env: project.env });
    await window.open(file);
    await window.isBound(file);
  });

  after(async () => {
    await window?.code.stop();
    await project?.stop();
  });

  // VS Code learns a moment later than we that there is something to clear.
  const clear = () =>
    until("Escape to clear the results", async () => {
      await window.press("Escape");
      return (await window.seen()).inline.length === 0;
    });

  it("each of VS Code's own uses of Escape in an editor keeps it", async () => {
    const manifest = JSON.parse(await readFile(path.join(checkout, "package.json"), "utf8")) as {
      contributes: { keybindings: Binding[] };
    };
    const ours = manifest.contributes.keybindings.find(({ key }) => key === "escape")?.when ?? "";
    const refused = new Set(
      ours.split(" && ").flatMap((part) => (part.startsWith("!") ? [part.slice(1)] : [])),
    );
    const shadowed = (await defaultBindings(window))
      .filter(({ key, command }) => key === "escape" && !command.startsWith("re-ops."))
      .flatMap(({ command, when = "" }) =>
        when.split(" || ").flatMap((way) => {
          const terms = way.split(" && ").filter((term) => /^[\w.]+$/u.test(term));
          const special = terms.filter((term) => !inText.has(term));
          return special.some((term) => refused.has(term) || elsewhere.test(term))
            ? []
            : [`${command}: ${way}`];
        }),
      );
    assert.deepEqual(shadowed, []);
  });

  it("evaluates with Ctrl+Enter and Alt+Enter, and not while a find widget wants Alt+Enter", async () => {
    await window.open(file, "1 + 1");
    await window.press("Control+Enter");
    await window.inline(/^⇒ 2$/u);
    await clear();
    await window.press("Alt+Enter");
    await window.inline(/^⇒ 2$/u);
    await clear();
    await window.open(file, "uses");
    await window.command("actions.find");
    await window.command("workbench.action.focusActiveEditorGroup");
    await window.press("Alt+Enter");
    await until("all matches to be selected", () =>
      window.evaluate((vscode) => {
        const { document, selection } = vscode.window.activeTextEditor ?? {};
        return selection !== undefined && document?.getText(selection) === "uses";
      }),
    );
    assert.deepEqual((await window.seen()).inline, []);
    await window.command("closeFindWidget");
    await window.command("removeSecondaryCursors");
  });

  it("loads the file with its chord", async () => {
    await window.open(file, "1 + 1");
    await window.press("Control+Alt+r");
    await window.press("Enter");
    await window.inline(/^⇒ loaded/u);
    await clear();
  });

  it("gives all keys back when re-ops.keybindings is off", async () => {
    await window.evaluate(async (vscode) => {
      const { Workspace } = vscode.ConfigurationTarget;
      await vscode.workspace.getConfiguration("re-ops").update("keybindings", false, Workspace);
    });
    await window.open(file, "1 + 1");
    await window.press("Control+Enter");
    await until("a new line", async () => {
      const now = await window.evaluate((vscode) =>
        vscode.window.activeTextEditor?.document.getText(),
      );
      return now === `${text}\n`;
    });
    assert.deepEqual((await window.seen()).inline, []);
  });
});

async function defaultBindings(window: OpsWindow): Promise<Binding[]> {
  await window.command("workbench.action.openDefaultKeybindingsFile");
  const json = await until("VS Code's own keys", () =>
    window.evaluate((vscode) => {
      const { document } = vscode.window.activeTextEditor ?? {};
      const all = document?.getText() ?? "";
      return all.includes('"command"') ? all : undefined;
    }),
  );
  await window.command("workbench.action.closeActiveEditor");
  const plain = json.replaceAll(/^\s*\/\/.*$/gmu, "");
  return JSON.parse(plain.slice(plain.indexOf("["), plain.lastIndexOf("]") + 1)) as Binding[];
}
