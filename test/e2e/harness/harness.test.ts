// The harness's own promises, with a toy extension: it opens real windows, sees into them, and ends them in every way.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { isRunning } from "../../support/processes.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { startCode } from "./open.ts";

const toy = `// A toy.
const vscode = require("vscode");
const fs = require("node:fs");
exports.activate = (context) => {
  const note = (word) => fs.appendFileSync(process.env.TOY_LOG, word + " " + process.env.TOY_WINDOW + "\\n");
  note("activated");
  const log = vscode.window.createOutputChannel("Toy", { log: true });
  const style = vscode.window.createTextEditorDecorationType({ after: { contentText: "⇒ toy" } });
  context.subscriptions.push(log, style, { dispose: () => note("disposed") });
  context.subscriptions.push(vscode.commands.registerCommand("toy.decorate", () => {
    const editor = vscode.window.activeTextEditor;
    log.info("decorating " + editor.document.fileName);
    editor.setDecorations(style, [new vscode.Range(0, 0, 0, 5)]);
    log.show(true);
    return log.name;
  }));
};
`;

async function makeToy(t: TestContext) {
  const root = await temporaryFolder(t);
  const extension = path.join(root, "toy");
  const folder = path.join(root, "project");
  await mkdir(extension);
  await mkdir(folder);
  await writeFile(path.join(extension, "main.cjs"), toy);
  const manifest = {
    name: "toy",
    publisher: "re-ops-test",
    version: "0.0.1",
    engines: { vscode: "^1.101.0" },
    main: "./main.cjs",
    activationEvents: ["onStartupFinished"],
    contributes: {
      commands: [{ command: "toy.decorate", title: "Decorate" }],
      keybindings: [{ command: "toy.decorate", key: "ctrl+enter", when: "editorTextFocus" }],
    },
  };
  await writeFile(path.join(extension, "package.json"), JSON.stringify(manifest));
  await writeFile(path.join(folder, "a.ts"), "const answer = 42;\n");
  const log = path.join(root, "toy.log");
  return { extension, folder, log };
}

test("a window shows what an extension does, and reloads", async (t) => {
  const { extension, folder, log } = await makeToy(t);
  const env = { TOY_LOG: log, TOY_WINDOW: "one" };
  const code = await startCode({ extension: { folder: extension }, env, theme: "light" });
  t.after(code.stop);
  const window = await code.openWindow({ folder });
  const { theme, trusted } = await window.evaluate((vscode) => ({
    theme: vscode.window.activeColorTheme.kind,
    trusted: vscode.workspace.isTrusted,
  }));
  assert.deepEqual({ theme, trusted }, { theme: 1, trusted: true });
  await window.evaluate(
    async (vscode, file: string) => {
      await vscode.window.showTextDocument(vscode.Uri.file(file));
    },
    path.join(folder, "a.ts"),
  );
  await window.page.locator(".monaco-editor .view-line").first().click();
  await window.page.keyboard.press("Control+Enter");
  const decorated = window.page.locator(".view-line", { hasText: "answer" });
  await until("the decoration in the page", () =>
    decorated.evaluate((line) =>
      [...line.querySelectorAll("span")].some((span) =>
        getComputedStyle(span, "::after").content.includes("⇒ toy"),
      ),
    ),
  );
  const failing = window.evaluate(() => {
    throw new RangeError("planted");
  });
  await assert.rejects(failing, /In the extension host: RangeError: planted/u);
  const before = window.hostPid();
  await window.reload();
  assert.notEqual(window.hostPid(), before);
  await until("the extension to be active again", async () => {
    const text = await readFile(log, "utf8");
    return text.split("activated one").length === 3;
  });
  await window.screenshot("harness");
});

test("the text of a log channel reaches its file", async (t) => {
  const { extension, folder, log } = await makeToy(t);
  const env = { TOY_LOG: log, TOY_WINDOW: "one" };
  const code = await startCode({ extension: { folder: extension }, env });
  t.after(code.stop);
  const window = await code.openWindow({ folder });
  const file = path.join(folder, "a.ts");
  const channel = await window.evaluate(async (vscode, name: string) => {
    await vscode.window.showTextDocument(vscode.Uri.file(name));
    return vscode.commands.executeCommand<string>("toy.decorate");
  }, file);
  assert.equal(channel, "Toy");
  await until("the line in the output view", async () => {
    const texts = await window.page.locator(".part.panel .view-line").allTextContents();
    return texts.join("\n").replaceAll("\u00A0", " ").includes(`[info] decorating ${file}`);
  });
});

test("two windows: one closed in good order, one killed, the other never notices", async (t) => {
  const { extension, folder, log } = await makeToy(t);
  const code = await startCode({ extension: { folder: extension }, env: { TOY_LOG: log } });
  t.after(code.stop);
  const open = (name: string) => code.openWindow({ folder, env: { TOY_WINDOW: name } });
  const [closed, killed, other] = [await open("closed"), await open("killed"), await open("other")];
  await until("all three to be active", async () => {
    const words = (await readFile(log, "utf8")).trim().split("\n").sort();
    return words.join() === "activated closed,activated killed,activated other";
  });
  await closed.close();
  const killedPid = killed.hostPid();
  await killed.kill();
  assert.equal(await isRunning(killedPid), false);
  assert.equal(await other.evaluate((vscode) => vscode.workspace.name), "project");
  const words = (await readFile(log, "utf8")).trim().split("\n");
  assert.deepEqual(
    words.filter((word) => word.startsWith("disposed")),
    ["disposed closed"],
  );
});

test("an untrusted folder is opened in Restricted Mode", async (t) => {
  const { extension, folder, log } = await makeToy(t);
  const env = { TOY_LOG: log, TOY_WINDOW: "one" };
  const code = await startCode({ extension: { folder: extension }, env, trusted: false });
  t.after(code.stop);
  const window = await code.openWindow({ folder });
  assert.equal(await window.evaluate((vscode) => vscode.workspace.isTrusted), false);
});
