// A VS Code window on a Re-ops project whose hosts are real, and what tests do in it.
import type * as vscode from "vscode";
import type { Code, CodeOptions, CodeWindow } from "../harness/options.ts";
import { startCode } from "../harness/open.ts";
import { until, type UntilOptions } from "../../support/until.ts";
import type { ConnectionView } from "../../../extension/core/connection-state.ts";
import type { ShownResult } from "../../../extension/evaluation/decorations.ts";
import type { TestApi } from "../../../extension/test-api.ts";
import type { ShownRow } from "../../../extension/views/runs-tree.ts";

/** What the extension shows in a window, as data. */
export interface Seen {
  inline: ShownResult[];
  tree: ShownRow[];
  connections: ConnectionView[];
  files: string[];
}

/** Of a diagnostic; lines and columns from 0. */
export interface Problem {
  line: number;
  column: number;
  message: string;
}

export interface OpenOptions {
  /** Puts the cursor behind the white space with which `at` begins. */
  skipSpace?: boolean;
}

export interface OpsWindow extends CodeWindow {
  /** Shows a file with the cursor in front of `at`. */
  open(file: string, at?: string, options?: OpenOptions): Promise<void>;
  press(key: string): Promise<void>;
  /** Opens the menu of quick fixes at the cursor, and clicks the one with these words. */
  quickFix(words: string): Promise<void>;
  command(id: string, ...given: unknown[]): Promise<void>;
  seen(): Promise<Seen>;
  /** Waits until the last inline result matches, and is newer than the last evaluation asked for; gives its text. */
  inline(pattern: RegExp, options?: UntilOptions): Promise<string>;
  /** Waits until the keys are bound in this file, and its server is there. */
  isBound(file: string): Promise<void>;
  /** What hovering over `at` shows of us, as Markdown. */
  hover(file: string, at: string): Promise<string>;
  /** What hovering over `at` shows of everybody. */
  hovers(file: string, at: string): Promise<string[]>;
  problems(file: string, source: string): Promise<Problem[]>;
  /** Inserts text in front of `at`. */
  type(file: string, at: string, text: string): Promise<void>;
  /** All that VS Code has been asked to tell; under test it shows no toasts. */
  notifications(): Promise<string[]>;
  /** Text behind the lines of the focused editor, as the page renders it. */
  drawn(): Promise<string[]>;
  /** Marks in the gutter of the focused editor, by line number, as the page renders them: the names of their icons. */
  gutter(): Promise<Record<string, string>>;
}

export async function openOpsWindow(code: Code, folder: string): Promise<OpsWindow> {
  const window = await code.openWindow({ folder });
  return addActions(window);
}

/** VS Code with one window. */
export async function startOpsWindow(
  options: CodeOptions & { folder: string },
): Promise<OpsWindow & { code: Code }> {
  const { folder, ...rest } = options;
  const code = await startCode({ ...rest, env: { ...rest.env } });
  try {
    return { ...(await openOpsWindow(code, folder)), code };
  } catch (error) {
    await code.stop();
    throw error;
  }
}

function addActions(window: CodeWindow): OpsWindow {
  const seen = () => window.evaluate(readSeen);
  /** The result that was the last one when somebody last asked for another. */
  let before: string | undefined;
  const lookBefore = async (evaluates: boolean) => {
    if (evaluates) before = (await seen()).inline.at(-1)?.id;
  };
  const press = async (key: string) => {
    await lookBefore(/^(?:Control|Alt)\+Enter$/u.test(key));
    await window.evaluate(letContextsArrive);
    await window.page.keyboard.press(key);
  };
  return {
    ...window,
    seen,
    open: async (file, at, options = {}) => {
      await window.evaluate(showFile, { file, at: at ?? "", skip: options.skipSpace === true });
      await window.page
        .locator(".editor-group-container.active .monaco-editor .view-line")
        .first()
        .waitFor();
    },
    press,
    quickFix: async (words) => {
      const menu = window.page.locator(".action-widget:visible");
      const item = menu.locator(".action", { hasText: words });
      const open = async () => {
        // In an open menu the key takes its first entry.
        if ((await menu.count()) === 0) await press("Control+.");
        await item.waitFor({ timeout: 5000 });
        return true;
      };
      // VS Code's own round for new problems may replace the one that was asked for, and then shows no menu.
      await until(`the quick fix ${words}`, open, { timeoutMs: 60_000 });
      await item.click();
    },
    command: async (id, ...given) => {
      await lookBefore(id.startsWith("re-ops.evaluate"));
      await window.evaluate(runCommand, { id, given });
    },
    inline: (pattern, options) => {
      const look = async () => {
        const last = (await seen()).inline.at(-1);
        const text = last?.text ?? "nothing";
        if (last !== undefined && last.id === before) throw new Error(`nothing newer than ${text}`);
        if (!pattern.test(text)) throw new Error(text);
        return text;
      };
      return until(`an inline result like ${String(pattern)}`, look, options);
    },
    isBound: async (file) => {
      await until(`the keys to be bound in ${file}`, async () => {
        const { files, connections } = await seen();
        return files.includes(file) && connections.every(({ state }) => state.kind === "ready");
      });
    },
    hover: async (file, at) => {
      const texts = await window.evaluate(readHovers, { file, at });
      return texts.filter((text) => text.includes("command:re-ops.")).join("\n");
    },
    hovers: (file, at) => window.evaluate(readHovers, { file, at }),
    problems: (file, source) => window.evaluate(readProblems, { file, source }),
    type: (file, at, text) => window.evaluate(insertText, { file, at, text }),
    notifications: async () => {
      await window.evaluate(runCommand, { id: "notifications.showList", given: [] });
      const texts = await window.page.locator(".notification-list-item-message").allTextContents();
      await window.evaluate(runCommand, { id: "notifications.hideList", given: [] });
      return texts;
    },
    drawn: () => window.page.evaluate(readDrawn),
    gutter: () => window.page.evaluate(readGutter),
  };
}

async function showFile(
  api: typeof vscode,
  { file, at, skip }: { file: string; at: string; skip: boolean },
): Promise<void> {
  const document = await api.workspace.openTextDocument(file);
  const index = document.getText().indexOf(at);
  if (index === -1) throw new Error(`${file} holds no ${at}`);
  const cursor = document.positionAt(skip ? index + at.search(/\S|$/u) : index);
  // `editor.selection = ...` would return before the page has the cursor, and a key pressed next could come first.
  const selection = new api.Range(cursor, cursor);
  const editor = await api.window.showTextDocument(document, { preview: false, selection });
  if (!editor.selection.isEqual(selection)) throw new Error(`the cursor is not at ${at}`);
}

async function runCommand(
  api: typeof vscode,
  { id, given }: { id: string; given: unknown[] },
): Promise<void> {
  await api.commands.executeCommand(id, ...given);
}

/** VS Code is told in order: once it answers this, it knows all that decides for whom a key is. */
async function letContextsArrive(api: typeof vscode): Promise<void> {
  await api.commands.executeCommand("setContext", "re-ops.testBarrier", true);
}

async function readHovers(
  api: typeof vscode,
  { file, at }: { file: string; at: string },
): Promise<string[]> {
  const document = await api.workspace.openTextDocument(file);
  const position = document.positionAt(document.getText().indexOf(at));
  const hovers = await api.commands.executeCommand<vscode.Hover[]>(
    "vscode.executeHoverProvider",
    document.uri,
    position,
  );
  return hovers.flatMap((hover) =>
    hover.contents.map((content) => (typeof content === "string" ? content : content.value)),
  );
}

function readProblems(
  api: typeof vscode,
  { file, source }: { file: string; source: string },
): Problem[] {
  return api.languages
    .getDiagnostics(api.Uri.file(file))
    .filter((one) => one.source === source)
    .map(({ range, message }) => {
      const { line, character } = range.start;
      return { line, column: character, message };
    });
}

async function insertText(
  api: typeof vscode,
  { file, at, text }: { file: string; at: string; text: string },
): Promise<void> {
  const document = await api.workspace.openTextDocument(file);
  const edit = new api.WorkspaceEdit();
  const position = document.positionAt(document.getText().indexOf(at));
  edit.insert(document.uri, position, text);
  await api.workspace.applyEdit(edit);
}

function readSeen(api: typeof vscode): Seen {
  const extension = api.extensions.getExtension("re-ops.re-ops-vscode");
  if (extension?.isActive !== true) throw new Error("the extension is not active");
  const shown = extension.exports as TestApi;
  return {
    inline: [...shown.inlineResults()],
    tree: [...shown.runsTree()],
    connections: [...shown.connections()],
    files: [...shown.projectFiles()],
  };
}

function readDrawn(): string[] {
  const lines = document.querySelectorAll(".editor-group-container.active .view-line");
  return [...lines].flatMap((line) =>
    [...line.querySelectorAll("span")]
      .map((span) => getComputedStyle(span, "::after").content)
      .filter((content) => content !== "none" && content !== "normal")
      .map((content) =>
        content
          .slice(1, -1)
          .replaceAll(/\\(["\\])/gu, "$1")
          .replaceAll("\u00A0", " "),
      ),
  );
}

function readGutter(): Record<string, string> {
  const editor = document.querySelector(".editor-group-container.active .monaco-editor");
  const numbers = [...(editor?.querySelectorAll(".margin-view-overlays .line-numbers") ?? [])];
  const lineAt = new Map(
    numbers.map((one) => [Math.round(one.getBoundingClientRect().top), one.textContent ?? ""]),
  );
  const icons = [...(editor?.querySelectorAll(".glyph-margin-widgets .cgmr") ?? [])];
  return Object.fromEntries(
    icons.flatMap((icon) => {
      const name = /\/marks\/(\w+)-(?:dark|light)\.svg/u.exec(
        decodeURIComponent(getComputedStyle(icon).backgroundImage),
      )?.[1];
      const line = lineAt.get(Math.round(icon.getBoundingClientRect().top));
      return name === undefined || line === undefined ? [] : [[line, name]];
    }),
  );
}
