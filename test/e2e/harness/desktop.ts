// The desktop VS Code behind the same interface: used when VSCODE_PATH names one, or RE_OPS_E2E=desktop lets one be fetched.
// Where this was written no desktop VS Code could be had, so this runner has never run; the web one beside it runs in every `npm test`.
import path from "node:path";
import { downloadAndUnzipVSCode } from "@vscode/test-electron";
import { type ElectronApplication, _electron } from "playwright-core";
import { killAll, processTree } from "../../support/processes.ts";
import { makeTemporaryFolder, removeFolder } from "../../support/temporary.ts";
import { mkdir, writeFile } from "node:fs/promises";
import { prepareBridge } from "./bridge-client.ts";
import {
  type Code,
  type CodeOptions,
  type CodeWindow,
  type WindowOptions,
  describeSettings,
} from "./options.ts";
import { checkout, saveScreenshot } from "./screenshot.ts";

/** True when the environment asks for the desktop. */
export function wantsDesktop(): boolean {
  return process.env["VSCODE_PATH"] !== undefined || process.env["RE_OPS_E2E"] === "desktop";
}

/** Finds the desktop VS Code; each window is an application of its own, as the test runner of VS Code does it. */
export async function startDesktopCode(options: CodeOptions): Promise<Code> {
  if (options.extension !== undefined && "vsix" in options.extension) {
    throw new Error("A packed extension is tested with the web runner only: unset VSCODE_PATH.");
  }
  const executablePath = process.env["VSCODE_PATH"] ?? (await downloadAndUnzipVSCode());
  const folder = await makeTemporaryFolder("re-ops-code-");
  const open: CodeWindow[] = [];
  return {
    openWindow: async (window) => {
      const name = path.join(folder, `w${open.length + 1}`);
      const opened = await openDesktopWindow(executablePath, name, options, window);
      open.push(opened);
      return opened;
    },
    log: () => "",
    stop: async () => {
      for (const window of open) await window.kill();
      await removeFolder(folder);
    },
  };
}

async function openDesktopWindow(
  executablePath: string,
  folder: string,
  options: CodeOptions,
  window: WindowOptions,
): Promise<CodeWindow> {
  const user = path.join(folder, "data/User");
  await mkdir(user, { recursive: true });
  await writeFile(path.join(user, "settings.json"), JSON.stringify(describeSettings(options)));
  const bridge = await prepareBridge(folder);
  const extension = options.extension ?? { folder: checkout };
  const { ELECTRON_RUN_AS_NODE: _, ...own } = process.env;
  const application = await _electron.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-updates",
      "--skip-welcome",
      "--skip-release-notes",
      `--user-data-dir=${path.join(folder, "data")}`,
      `--extensions-dir=${path.join(folder, "extensions")}`,
      `--extensionDevelopmentPath=${"folder" in extension ? extension.folder : ""}`,
      ...(options.companions ?? []).map((folder) => `--extensionDevelopmentPath=${folder}`),
      `--extensionTestsPath=${bridge.testsFile}`,
      ...(options.trusted === false ? [] : ["--disable-workspace-trust"]),
      window.folder,
    ],
    env: { ...definedOnly(own), ...options.env, ...window.env },
  });
  const page = await application.firstWindow();
  let pid = await bridge.waitForNewHost();
  return {
    page,
    hostPid: () => pid,
    evaluate: <A, R>(run: (api: never, argument: A) => R | Promise<R>, argument?: A) =>
      bridge.evaluate<A | undefined, R>(run as never, argument),
    screenshot: (name) => saveScreenshot(page, name),
    reload: async () => {
      await page.reload();
      pid = await bridge.waitForNewHost();
    },
    kill: () => killApplication(application),
    close: async () => {
      await bridge.end();
      await application.close();
    },
  };
}

async function killApplication(application: ElectronApplication): Promise<void> {
  const { pid } = application.process();
  if (pid !== undefined) await killAll(await processTree(pid));
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
