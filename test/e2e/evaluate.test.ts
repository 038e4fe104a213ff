// One person at the keyboard of a real VS Code, real hosts behind it: forms of parts A, B and C of the sessions that must work, and what is shown of them.
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { build } from "../../scripts/build.ts";
import { until } from "../support/until.ts";
import { makeOpsProject, type OpsProject } from "./support/ops-project.ts";
import { type OpsWindow, startOpsWindow } from "./support/ops-window.ts";

const firstMinute = `import { Hosts, run, exec, ls, pick, successful, failed, pretty } from "re-ops";

const sandbox = new Hosts({}, ["web-1", "web-2", "db-1"]);

export function listing(hs: Hosts) {
  return run(ls(hs, "/", "-la"), pretty());
}

if (import.meta.repl) {
  listing(sandbox);
  run(exec(sandbox, "cat ~/marker"), pretty("markers"));
  run(exec(sandbox, "grep web ~/marker || exit 3"), pick(successful), pretty("web"));
  run(exec(sandbox, "until test -e ~/go; do sleep 0.1; done; cat ~/marker"), pretty("slow"));
  run(exec(sandbox, "sleep 600"));
  run(exec(sandbox, "seq 400000; printf '10 %%\\r90 %%\\rdone\\n'"));
  1 + 1;
}
`;

const pipelines = `import { convert, exec, Hosts, ls, operation, pick, ping, pretty, run, sh, successful } from "re-ops";

const hs = new Hosts({}, ["web-1", "web-2", "db-1"]);

const report = [pick(successful), pretty("report")] as const;

export const uptime = operation("uptime", (flags = "") => sh\`uptime \${flags}\`, { doc: "How long each host is up." });

const sizes = await run(exec(hs, "df -k --output=avail / | tail -1"), convert((o) => Number(o.out)));

let count = 0;

if (import.meta.repl) {
  run(ls(hs, "/"), ...report);
  sizes.success.length;
  for await (const one of run(ping(hs, "127.0.0.1"))) {
    count += one.kind === "success" ? 1 : 0;
  }
  count;
  uptime(hs, "-p");
  run(ls(hs, "/"), pick(successful), uptime("-p"), pretty("up"));
  missing.thing;
  await Promise.reject(new TypeError("no such switch"));
  while (true) {}
}
`;

describe("evaluating in place", { timeout: 600_000 }, () => {
  let project: OpsProject;
  let window: OpsWindow & { code: { stop(): Promise<void> } };
  let first: string;
  let second: string;

  before(async () => {
    await build(() => {});
    project = await makeOpsProject(["web-1", "web-2", "db-1"], {
      "first-minute.ts": firstMinute,
      "pipelines.ts": pipelines,
      "notes.md": "a line\n",
    });
    first = project.path("first-minute.ts");
    second = project.path("pipelines.ts");
    window = await startOpsWindow({ folder: project.folder, env: project.env });
    await window.command("re-ops.runs.focus");
    await window.open(first, "listing(sandbox)");
    await window.isBound(first);
  });

  after(async () => {
    await window?.code.stop();
    await project?.stop();
  });

  const evaluate = async (file: string, at: string, expected: RegExp, key = "Control+Enter") => {
    await window.open(file, at);
    await window.isBound(file); // before that the key is the editor's own, and puts a line in
    await window.press(key);
    return window.inline(expected);
  };

  const letGo = () =>
    Promise.all(project.hosts.map(({ home }) => writeFile(path.join(home, "go"), "")));

  const hold = () => Promise.all(project.hosts.map(({ home }) => rm(path.join(home, "go"))));

  it("runs a pipeline that stands in a function of the user", async () => {
    await evaluate(first, "listing(sandbox)", /^⇒ 3 ok · [\d.]+ m?s$/u);
    const { tree } = await window.seen();
    assert.equal(tree[0]?.label, "ls / -la");
    assert.deepEqual(
      tree[0]?.children.map((host) => host.label),
      ["web-1", "web-2", "db-1"],
    );
  });

  it("draws the result behind the form", async () => {
    const { inline } = await window.seen();
    await until("the text in the page", async () => {
      const drawn = await window.drawn();
      return drawn.includes(inline.at(-1)?.text ?? "none");
    });
  });

  it("shows a live count while hosts are busy, then who did it", async () => {
    await window.open(first, 'run(exec(sandbox, "until');
    await window.press("Control+Enter");
    await window.inline(/^… 0\/3$/u);
    await until("the count in the page", async () => (await window.drawn()).includes("… 0/3"));
    await letGo();
    await window.inline(/^⇒ 3 ok · [\d.]+ m?s$/u);
    await hold();
  });

  it("opens the output of a host by a click in the Runs tree", async () => {
    await evaluate(first, 'run(exec(sandbox, "cat ~/marker', /^⇒ 3 ok/u);
    const rows = window.page.locator(".pane-body .monaco-list-row");
    await rows.filter({ hasText: "exec cat ~/marker" }).click();
    await rows.filter({ hasText: "db-1" }).first().click();
    const text = await until("the output document", async () => {
      const found = await window.evaluate((vscode) => {
        const { document } = vscode.window.activeTextEditor ?? {};
        return document?.uri.scheme === "re-ops-output" ? document.getText() : undefined;
      });
      return found?.includes("marker of") === true ? found : undefined;
    });
    assert.match(
      text,
      /^exec cat ~\/marker on 3 hosts · db-1\nRun: succeeded after .+\n\n── 1 · exec cat ~\/marker · ok · .+ ──\nmarker of db-1\n/u,
    );
  });

  it("shows the beginning and the end of much output, says where all of it is, and shows more when asked", async () => {
    await evaluate(first, 'run(exec(sandbox, "seq', /^⇒ 3 ok · .* · \d\.\d MB cut$/u);
    const hover = await window.hover(first, 'run(exec(sandbox, "seq');
    const [, given = ""] = /command:re-ops\.openOutput\?([^)"\s]+)/u.exec(hover) ?? [];
    const link = JSON.parse(decodeURIComponent(given)) as [string, string];
    await window.command("re-ops.openOutput", ...link);
    await window.command("workbench.action.focusActiveEditorGroup");
    const shown = (expected: RegExp) =>
      until("the output document", async () => {
        const text = await window.evaluate(
          (vscode) => vscode.window.activeTextEditor?.document.getText() ?? "",
        );
        assert.match(text.slice(-300), expected);
        return text;
      });
    const leftOut = /\n── left out above: (\S+ \S+) ──\n── as it came: file:\/\/\S+\/out ──\n$/u;
    const little = await shown(leftOut);
    assert.match(little, /\n1\n2\n3\n[^]*\n400000\ndone\n/u, "the last state of its last line");
    assert.ok(little.length < 300_000);
    await window.command("cursorBottom");
    await window.page.locator(".codelens-decoration a", { hasText: "Show More" }).click();
    const more = await until("more of it", async () => {
      const text = await shown(leftOut);
      return text.length > 1_000_000 ? text : undefined;
    });
    assert.notEqual(leftOut.exec(more)?.[1], leftOut.exec(little)?.[1]);
  });

  it("says how many failed, and in the hover which, why and with what output", async () => {
    await evaluate(first, 'run(exec(sandbox, "grep web', /^⇒ 2 ok · 1 failed · [\d.]+ m?s$/u);
    const hover = await window.hover(first, 'pretty("web")');
    assert.match(hover, /db\\-1.*exited with code 3/u);
    assert.match(hover, /web\\-1.*marker of web\\-1/u);
    assert.ok(hover.indexOf("db\\-1") < hover.indexOf("web\\-1"), "failures come first");
    const { tree } = await window.seen();
    const failed = tree[0]?.children.find((host) => host.label === "db-1");
    assert.match(failed?.description ?? "", /^exited with code 3.* · [\d.]+ m?s$/u);
  });

  it("cancels a run from the Runs tree, on the hosts too", async () => {
    await window.open(first, 'run(exec(sandbox, "sleep 600');
    await window.press("Control+Enter");
    await window.inline(/^… 0\/3$/u);
    const row = window.page.locator(".pane-body .monaco-list-row", { hasText: "sleep 600" });
    await row.hover();
    await row.locator('[aria-label="Cancel Run"]').click();
    await window.inline(/^⇒ 3 cancelled · /u);
  });

  it("shows two runs of one form side by side", async () => {
    await window.open(first, 'run(exec(sandbox, "until');
    await window.press("Control+Enter");
    await window.press("Control+Enter");
    const twoBehindOneForm = (text: RegExp) =>
      until(`two of ${String(text)} behind one form`, async () => {
        const { inline } = await window.seen();
        const [one, other] = inline.slice(-2);
        return (
          one?.range.start === other?.range.start &&
          [one, other].every((each) => text.test(each?.text ?? ""))
        );
      });
    await twoBehindOneForm(/^… 0\/3$/u);
    await letGo();
    await twoBehindOneForm(/^⇒ 3 ok · /u);
  });

  it("evaluates parts B and C form by form", async () => {
    await evaluate(second, "run(ls(hs", /^⇒ 3 ok/u);
    await evaluate(second, "export const uptime", /^⇒ /u, "Alt+Enter");
    await evaluate(second, "const sizes", /^⇒ 3 ok/u, "Alt+Enter");
    await evaluate(second, "sizes.success.length", /^⇒ 3( ·|$)/u);
    await evaluate(second, "for await", /^⇒ 3 ok/u, "Alt+Enter");
    await evaluate(second, "count;", /^⇒ 3( ·|$)/u);
    await evaluate(second, 'uptime(hs, "-p")', /^⇒ 3 ok/u);
    await evaluate(second, 'run(ls(hs, "/"), pick(successful), uptime', /^⇒ 3 ok/u);
  });

  it("puts a mistake at the user's own line and column, until that line is edited", async () => {
    await evaluate(second, "missing.thing", /^✗ ReferenceError: missing is not defined$/u);
    const line = pipelines.split("\n").findIndex((text) => text.includes("missing.thing"));
    const [problem] = await window.problems(second, "re-ops");
    assert.equal(problem?.line, line);
    assert.equal(problem?.column, 2);
    assert.match(problem?.message ?? "", /missing is not defined/u);
    await evaluate(second, "await Promise.reject", /^✗ TypeError: no such switch$/u);
    assert.equal((await window.problems(second, "re-ops")).length, 2);
    await window.type(second, "missing.thing", "other.");
    await until("the diagnostic of the edited line to be gone", async () => {
      const left = await window.problems(second, "re-ops");
      return left.length === 1 && left[0]?.message.includes("no such switch");
    });
  });

  it("interrupts an endless loop, and goes on", async () => {
    await window.open(second, "while (true)");
    await window.press("Control+Enter");
    await window.inline(/^…$/u);
    await window.command("re-ops.interrupt");
    await window.inline(/^⇒ interrupted/u);
    await evaluate(first, "1 + 1", /^⇒ 2$/u);
  });

  it("keeps results when editors are switched, and moves them with the text", async () => {
    await evaluate(first, "1 + 1", /^⇒ 2$/u);
    await window.open(second, "count;");
    await window.open(first, "1 + 1");
    await until("the result to be drawn again", async () => (await window.drawn()).includes("⇒ 2"));
    const before = await window.seen();
    await window.type(first, "import {", "// a line above\n");
    const moved = await until("the results to move", async () => {
      const { inline } = await window.seen();
      const one = inline.at(-1);
      const isMoved = one?.range.start === (before.inline.at(-1)?.range.start ?? 0) + 16;
      return isMoved ? inline : undefined;
    });
    assert.equal(moved.length, before.inline.length);
    await window.type(first, "1 + 1", "10 + ");
    await until("only the edited form's result to be gone", async () => {
      const { inline } = await window.seen();
      return (
        inline.length === before.inline.length - 1 && !inline.some((one) => one.text === "⇒ 2")
      );
    });
  });

  it("leaves Escape to suggestions and second cursors, and then clears", async () => {
    await window.open(first, "listing(sandbox)");
    const count = async () => {
      const { inline } = await window.seen();
      return inline.filter((one) => one.file === first).length;
    };
    assert.ok((await count()) > 0, "there is something to clear");
    await window.command("editor.action.triggerSuggest");
    const suggestions = window.page.locator(".suggest-widget.visible");
    await suggestions.waitFor();
    await window.press("Escape");
    await suggestions.waitFor({ state: "hidden" });
    assert.ok((await count()) > 0, "Escape belonged to the suggestions");
    await window.command("editor.action.insertCursorBelow");
    await window.press("Escape");
    assert.ok((await count()) > 0, "Escape belonged to the second cursor");
    await window.press("Escape");
    await until("the results to be cleared", async () => (await count()) === 0);
    await until("the page to show none", async () => (await window.drawn()).length === 0);
  });

  it("leaves Ctrl+Enter to VS Code in other files", async () => {
    const notes = project.path("notes.md");
    await window.open(notes, "a line");
    await window.press("Control+Enter");
    await until("a new line", async () => {
      const text = await window.evaluate((vscode) =>
        vscode.window.activeTextEditor?.document.getText(),
      );
      return text === "a line\n\n";
    });
    await window.command("workbench.action.files.revert");
  });
});
