// Ranges, results and errors at the keyboard of a real VS Code: larger expressions, all forms above, copies, output, stacks, quick fixes.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { build } from "../../scripts/build.ts";
import { until } from "../support/until.ts";
import { makeOpsProject, type OpsProject } from "./support/ops-project.ts";
import { type OpsWindow, startOpsWindow } from "./support/ops-window.ts";

const ranges = `import { Hosts } from "re-ops";

const three = [await Promise.resolve(2)].length + 1;

if (import.meta.repl) {
  half(three, 4);
}
`;

const above = `import { Hosts } from "re-ops";

let count = 0;

count += 1;

const fleet = new Map([["web", count]]);

if (import.meta.repl) {
  fleet;
  missing.thing;
  count += 100;
  fleet.size;
}
`;

const printing = `import { Hosts } from "re-ops";

if (import.meta.repl) {
  for (let line = 1; line <= 30; line += 1) console.log("line " + line);
  console.log("only in the channel");
}
`;

const failing = `import { query } from "database";
import { Hosts } from "re-ops";

const made: string[] = [];

const fleet = made.push("fleet") && "fleet";

const web = made.push("web") && fleet + "/web";

function open(name: string) {
  try {
    return query(name);
  } catch (cause) {
    throw new Error("cannot open " + name, { cause });
  }
}

if (import.meta.repl) {
  open("rows");
  web.length;
  made;
  opne("x");
}
`;

const database = `const deep = (n, name) => {
  if (n > 0) return deep(n - 1, name);
  throw new TypeError("no table " + name);
};
export const query = (name) => deep(3, name);
`;

describe("ranges, results and errors", { timeout: 600_000 }, () => {
  let project: OpsProject;
  let window: OpsWindow & { code: { stop(): Promise<void> } };

  before(async () => {
    await build(() => {});
    project = await makeOpsProject([], {
      "re-ops.config.json": "{}\n",
      "ranges.ts": ranges,
      "above.ts": above,
      "printing.ts": printing,
      "failing.ts": failing,
      "node_modules/database/package.json": '{ "name": "database", "exports": "./index.mjs" }\n',
      "node_modules/database/index.mjs": database,
    });
    window = await startOpsWindow({ folder: project.folder, env: project.env });
    await window.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await window.open(project.path("ranges.ts"));
    await window.isBound(project.path("ranges.ts"));
  });

  after(async () => {
    await window?.code.stop();
    await project?.stop();
  });

  /** A file that was opened a moment ago gets its keys a moment later. */
  const open = async (file: string, at: string) => {
    await window.open(file, at);
    await window.isBound(file);
  };

  const chord = async (key: string) => {
    await window.press("Control+Alt+r");
    await window.press(key);
  };

  const copied = () => window.evaluate(async (vscode) => await vscode.env.clipboard.readText());

  const useOutput = async (route: string) => {
    await window.evaluate(async (vscode, value) => {
      const { Global } = vscode.ConfigurationTarget;
      await vscode.workspace.getConfiguration("re-ops").update("output", value, Global);
    }, route);
  };

  it("takes the next larger expression at each press of Ctrl+Alt+Enter", async () => {
    await open(project.path("ranges.ts"), "Promise.resolve");
    await window.press("Control+Enter");
    await window.inline(/^⇒ 2$/u);
    for (const [text, shown] of [
      ["[await Promise.resolve(2)]", "⇒ [2]"],
      ["[await Promise.resolve(2)].length", "⇒ 1"],
      ["[await Promise.resolve(2)].length + 1", "⇒ 2"],
      ["const three = [await Promise.resolve(2)].length + 1;", "⇒ 2"],
    ]) {
      await window.press("Control+Alt+Enter");
      await until(`the result of ${String(text)}`, async () => {
        const { inline } = await window.seen();
        const { start, end } = inline.at(-1)?.range ?? { start: 0, end: 0 };
        return ranges.slice(start, end) === text && inline.at(-1)?.text === shown;
      });
    }
  });

  it("says what to select when half of something is selected", async () => {
    await open(project.path("ranges.ts"), "three, 4);");
    for (let step = 0; step < "three, 4".length; step += 1) {
      await window.press("Shift+ArrowRight");
    }
    await window.press("Control+Enter");
    await window.inline(/^✗ Selection: The selection is not a whole expression or form$/u);
    const [problem] = await window.problems(project.path("ranges.ts"), "re-ops");
    assert.ok(problem?.message.includes("Select `half(three, 4)`"), problem?.message);
  });

  it("evaluates all forms above, shows each result, and stops at the one that fails", async () => {
    const file = project.path("above.ts");
    await open(file, "fleet.size");
    await chord("a");
    await window.inline(/^✗ ReferenceError: missing is not defined$/u);
    const texts = async () => {
      const { inline } = await window.seen();
      return inline.filter((one) => one.file === file).map(({ text }) => text);
    };
    assert.deepEqual(await texts(), [
      "⇒ Hosts",
      "⇒ 0",
      "⇒ 1",
      '⇒ Map(1) { "web" => 1 }',
      '⇒ Map(1) { "web" => 1 }',
      "✗ ReferenceError: missing is not defined",
    ]);
    const said = await until("what was said", async () => {
      const all = await window.notifications();
      return all.find((one) => one.includes("Stopped at line"));
    });
    assert.equal(said, "Stopped at line 11, which failed: 5 of 7 forms above were evaluated.");
    await open(file, "missing.thing");
    await chord("a");
    await until("the effects to be done again, once", async () => {
      const shown = await texts();
      return shown.length === 6 && shown.at(-1) === '⇒ Map(1) { "web" => 1 }';
    });
  });

  it("copies the latest value as JSON, and says what JSON cannot hold", async () => {
    const file = project.path("above.ts");
    await open(file, "fleet;");
    await window.press("Control+Enter");
    await window.inline(/^⇒ Map/u);
    await chord("c");
    await until("the copy", async () => (await copied()) === '{\n  "web": 1\n}');
  });

  it("shows what a form prints beside it, in the channel, or both", async () => {
    const file = project.path("printing.ts");
    await useOutput("inline");
    await open(file, "for (let line");
    await window.press("Alt+Enter");
    await window.inline(/ · printed: line 1 \+29 lines$/u);
    const hover = await window.hover(file, '"line "');
    assert.match(hover, /the last 12 of 30 lines/u);
    assert.match(hover, /line 29\nline 30\n```/u);
    await useOutput("channel");
    await open(file, 'console.log("only');
    await window.press("Control+Enter");
    await window.inline(/^⇒ undefined$/u);
    await chord("o");
    const lines = window.page.locator(".part.panel .view-line");
    await lines.filter({ hasText: "only in the channel" }).first().waitFor();
    assert.equal(await lines.filter({ hasText: "line 30" }).count(), 0);
    await window.command("workbench.action.closePanel");
    await useOutput("both");
  });

  it("links the frames of an error, folds those of a package, and tells its cause", async () => {
    const file = project.path("failing.ts");
    await open(file, 'open("rows")');
    await window.press("Control+Enter");
    await window.inline(/^✗ cannot open rows$/u);
    const hover = await window.hover(file, '"rows")');
    assert.match(hover, /caused by \*\*TypeError\*\*: no table rows/u);
    assert.match(hover, /… 5 frames in node\\_modules\/database/u);
    const [problem] = await window.problems(file, "re-ops");
    assert.equal(
      problem?.line,
      failing.split("\n").findIndex((one) => one.includes("throw new")),
    );
    const shown = window.page.locator(".monaco-hover:visible", { hasText: "caused by" });
    await window.command("editor.action.showHover");
    await shown.waitFor();
    await shown.locator("a", { hasText: "failing.ts:12" }).first().click();
    await until("the cursor to be at the frame", async () => {
      const line = await window.evaluate(
        (vscode) => vscode.window.activeTextEditor?.selection.active.line,
      );
      return line === 11;
    });
  });

  it("evaluates all that a form needs by its quick fix", async () => {
    const file = project.path("failing.ts");
    await open(file, "web.length");
    await window.press("Control+Enter");
    await window.inline(/^✗ ReferenceError: `web` has not been evaluated yet: evaluate line 8/u);
    await window.quickFix("Evaluate all that this form needs");
    await window.inline(/^⇒ made, fleet, web$/u);
    await open(file, "made;");
    await window.press("Control+Enter");
    await window.inline(/^⇒ \["fleet", "web"\]$/u);
    await open(file, "web.length");
    await window.press("Control+Enter");
    await window.inline(/^⇒ 9$/u);
  });

  it("says which name was meant, and writes it by its quick fix", async () => {
    const failing = project.path("failing.ts");
    await open(failing, 'opne("x")');
    await window.press("Control+Enter");
    await window.inline(/^✗ ReferenceError: opne is not defined · did you mean open\?$/u);
    await until("its problem, which the quick fix is for", async () =>
      (await window.problems(failing, "re-ops")).some(({ message }) => message.includes("opne")),
    );
    await window.quickFix("Change to `open`");
    await until("the name to be written", async () => {
      const text = await window.evaluate((vscode) =>
        vscode.window.activeTextEditor?.document.getText(),
      );
      return text?.includes('\n  open("x");') === true && !text.includes("opne");
    });
    await window.press("Control+Enter");
    await window.inline(/^✗ cannot open x$/u);
  });
});
