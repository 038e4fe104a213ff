// A real VS Code on the bench's project, with our extension and the bare one, and a second client of the same server.
import path from "node:path";
import { connectToServer, stopServer } from "re-ops/client";
import { type Status, getStatus } from "re-ops/protocol";
import { build } from "../../../scripts/build.ts";
import type { CodeWindow } from "../../e2e/harness/options.ts";
import { openVSCode } from "../../e2e/harness/open.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { startFleet } from "../fanout/fleet.ts";
import { isShown } from "./key-press.ts";
import { type BenchProject, type LongProgram, type Program, writeProject } from "./project.ts";

export interface BenchWindow {
  readonly window: CodeWindow;
  readonly page: CodeWindow["page"];
  readonly project: BenchProject;
  /** Milliseconds that our extension took to become active. */
  readonly activationMs: number;
  status(): Promise<Status>;
  /** The same as a key press asks for, without VS Code. */
  evaluate(program: Program): Promise<void>;
  /** Removes what both extensions have drawn, and waits until it is gone. */
  clear(): Promise<void>;
  /** Shows this file with the cursor in `1 + 1`, every form of it evaluated and marked. */
  openMarked(program: LongProgram): Promise<void>;
  /** Another VS Code with our extension, which shows nothing but this file with all its marks. */
  openAnother(program: LongProgram): Promise<CodeWindow>;
}

/** What every inline result of this bench says. */
export const shownText = "⇒\u00A02";

/** Of every window: nothing but the keys themselves changes a file or draws while they are typed. */
const settings = {
  "files.autoSave": "off",
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
};

const bareExtension = path.join(import.meta.dirname, "bare-extension");

export async function openBenchWindow(context: Ending, hosts: number): Promise<BenchWindow> {
  await build(() => {}, ["types", "server", "extension"]);
  const fleet = await startFleet(context, hosts);
  const folder = await temporaryFolder(context, "re-ops-editor-");
  const project = await writeProject(path.join(folder, "project"), fleet);
  const env = { XDG_STATE_HOME: path.join(folder, "state"), RE_OPS_SSH_CONFIG: fleet.configFile };
  const environment = { ...process.env, ...env };
  context.after(async () => {
    await stopServer(project.folder, environment, AbortSignal.timeout(20_000));
  });
  const openCode = async () => {
    const companions = [bareExtension];
    const opened = await openVSCode({ folder: project.folder, companions, env, settings });
    context.after(() => opened.stop());
    return opened;
  };
  const window = await openCode();
  const activationMs = await openLongFile(window, project.long);
  const server = await connectToServer({
    projectFolder: project.folder,
    serverEntry: path.join(import.meta.dirname, "../../../dist/server/server.mjs"),
    node: {},
    environment,
    clientName: "bench",
    signal: new AbortController().signal,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  context.after(() => server.dispose());
  const { runtime } = server;
  const status = () => runtime.request(getStatus, {});
  await until("the live process", async () => (await status()).live.state === "ready");
  const evaluate = async (program: Program, mode: "form" | "file") => {
    const evaluationId = crypto.randomUUID();
    const result = await server.evaluate({ evaluationId, mode, ...program });
    if (result.kind !== "value") throw new Error(`an evaluation gave ${JSON.stringify(result)}`);
  };
  return {
    window,
    page: window.page,
    project,
    activationMs,
    status,
    evaluate: (program) => evaluate(program, "form"),
    openMarked: async (program) => {
      await openLongFile(window, program);
      await evaluate(program, "file");
      await untilAllMarked(window);
    },
    openAnother: async (program) => {
      const another = await openCode();
      await openLongFile(another, program);
      await untilAllMarked(another);
      return another;
    },
    clear: async () => {
      await window.evaluate(async (vscode) => {
        await vscode.commands.executeCommand("bare.clear");
        await vscode.commands.executeCommand("re-ops.clearResults");
      });
      const gone = async () => !(await isShown(window.page, shownText));
      await until("the decorations to be gone", gone);
    },
  };
}

/** The same VS Code on the same project without our extension. */
export async function openPlainWindow(
  context: Ending,
  { folder, huge }: BenchProject,
): Promise<CodeWindow> {
  const window = await openVSCode({ folder, extension: { folder: bareExtension }, settings });
  context.after(() => window.stop());
  await showLongFile(window, huge);
  return window;
}

/** Once the keys are bound there. */
async function openLongFile(window: CodeWindow, program: LongProgram): Promise<number> {
  await showLongFile(window, program);
  return until("our extension to know the file", () => askExtension(window, program.file), {
    timeoutMs: 120_000,
    everyMs: 200,
  });
}

/** Puts the cursor into the form, in the editor that has the focus. */
async function showLongFile(window: CodeWindow, { file, line }: LongProgram): Promise<void> {
  await window.evaluate(
    async (vscode, { file, line }) => {
      const editor = await vscode.window.showTextDocument(vscode.Uri.file(file));
      const middle = new vscode.Position(line, 2);
      editor.selection = new vscode.Selection(middle, middle);
      editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenter);
    },
    { file, line },
  );
  await window.page.locator(".monaco-editor .view-line", { hasText: "1 + 1" }).click();
}

async function untilAllMarked({ page }: CodeWindow): Promise<void> {
  await until("all marks", () => page.evaluate(areAllMarked), { timeoutMs: 60_000 });
}

/** Sent into the page: whether every form in view has been evaluated as it is written. */
function areAllMarked(): boolean {
  const editor = document.querySelector(".monaco-editor");
  const icons = [...(editor?.querySelectorAll(".glyph-margin-widgets .cgmr") ?? [])];
  const isCurrent = (icon: Element) =>
    getComputedStyle(icon).backgroundImage.includes("current-dark");
  return icons.length >= 10 && icons.every(isCurrent);
}

function askExtension(window: CodeWindow, file: string): Promise<number | undefined> {
  return window.evaluate((vscode, file) => {
    const extension = vscode.extensions.getExtension("re-ops.re-ops-vscode");
    const api = extension?.exports as
      { activationMs: number; projectFiles(): readonly string[] } | undefined;
    return extension?.isActive === true && api?.projectFiles().includes(file) === true
      ? api.activationMs
      : undefined;
  }, file);
}
