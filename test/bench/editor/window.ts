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
import { type BenchProject, type Program, writeProject } from "./project.ts";

export interface BenchWindow {
  readonly page: CodeWindow["page"];
  readonly project: BenchProject;
  /** Milliseconds that our extension took to become active. */
  readonly activationMs: number;
  status(): Promise<Status>;
  /** The same as a key press asks for, without VS Code. */
  evaluate(program: Program): Promise<void>;
  /** Removes what both extensions have drawn, and waits until it is gone. */
  clear(): Promise<void>;
}

/** What every inline result of this bench says. */
export const shownText = "⇒\u00A02";

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
  const window = await openVSCode({ folder: project.folder, companions: [bareExtension], env });
  context.after(() => window.stop());
  const activationMs = await openLongFile(window, project);
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
  return {
    page: window.page,
    project,
    activationMs,
    status,
    evaluate: async (program) => {
      const evaluationId = crypto.randomUUID();
      const result = await server.evaluate({ evaluationId, mode: "form", ...program });
      if (result.kind !== "value") throw new Error(`an evaluation gave ${JSON.stringify(result)}`);
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

/** Puts the cursor into the form, in the editor that has the focus, once the keys are bound there. */
async function openLongFile(window: CodeWindow, { long }: BenchProject): Promise<number> {
  const { file, line } = long;
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
  return until("our extension to know the file", () => askExtension(window, file), {
    timeoutMs: 120_000,
    everyMs: 200,
  });
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
