// VS Code's server with its pages in a headless browser.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Browser, type BrowserContext, type Page, chromium } from "playwright-core";
import { findProgram } from "../../../scripts/system-packages.ts";
import { installVSCodeServer } from "../../../scripts/vscode-install.ts";
import {
  type VSCodeServer,
  installExtensionWords,
  startVSCodeServer,
} from "../../../scripts/vscode-server.ts";
import { processesWith, killAll, isRunning } from "../../support/processes.ts";
import { makeTemporaryFolder, removeFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { type Bridge, prepareBridge } from "./bridge-client.ts";
import {
  type Code,
  type CodeOptions,
  type CodeWindow,
  type WindowOptions,
  describeSettings,
} from "./options.ts";
import { checkout, saveScreenshot } from "./screenshot.ts";

type Started = {
  server: VSCodeServer;
  context: BrowserContext;
  extensionFolder: string;
  folder: string;
};

// In the environment of every extension host and of all it starts, so that nothing outlives the test.
const markName = "RE_OPS_CODE";

const chromiumWords = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the server and the browser; a page is opened by `openWindow`. */
export async function startWebCode(options: CodeOptions): Promise<Code> {
  const folder = await makeTemporaryFolder("re-ops-code-");
  const program = await installVSCodeServer((line) => process.stderr.write(`${line}\n`));
  const extensionFolder = await prepareExtension(program, folder, options);
  // A page can name only one extension under development: the others lie where VS Code keeps installed ones.
  for (const companion of options.companions ?? []) {
    const installed = path.join(folder, "data/extensions", path.basename(companion));
    await cp(companion, installed, { recursive: true });
  }
  const [server, browser] = await Promise.all([
    startVSCodeServer({
      program,
      dataFolder: path.join(folder, "data"),
      settings: describeSettings(options),
      testDriver: true,
      workspaceTrust: options.trusted === false,
      env: { ...process.env, ...options.env },
    }),
    launchBrowser(),
  ]);
  const viewport = options.viewport ?? { width: 1280, height: 800 };
  const context = await browser.newContext({ viewport });
  const started: Started = { server, context, extensionFolder, folder };
  let windows = 0;
  return {
    openWindow: (window) => openWebWindow(started, `w${(windows += 1)}`, window),
    log: server.log,
    stop: async () => {
      await browser.close();
      await killAll(await processesWith(`${markName}=${folder}`));
      await server.stop();
      await removeFolder(folder);
    },
  };
}

async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? (await findProgram("chromium"));
  if (executablePath === undefined) {
    throw new Error("The end-to-end tests need chromium on PATH, or CHROMIUM_PATH to name it.");
  }
  return chromium.launch({ executablePath, headless: true, args: chromiumWords });
}

/** This checkout, or the packed extension that the suite names. */
function extensionUnderTest(): NonNullable<CodeOptions["extension"]> {
  const vsix = process.env["RE_OPS_VSIX"];
  return vsix === undefined ? { folder: checkout } : { vsix };
}

// A packed extension is installed as a user would; the one "under development" is then an empty one.
async function prepareExtension(program: string, folder: string, options: CodeOptions) {
  const extension = options.extension ?? extensionUnderTest();
  if ("folder" in extension) return extension.folder;
  const dataFolder = path.join(folder, "data");
  const words = installExtensionWords({ program, dataFolder }, extension.vsix);
  const child = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`${extension.vsix} could not be installed (exit code ${code}).`);
  const empty = path.join(folder, "empty");
  await mkdir(empty);
  const manifest = {
    name: "empty",
    publisher: "re-ops-test",
    version: "0.0.1",
    engines: { vscode: "*" },
  };
  await writeFile(path.join(empty, "package.json"), JSON.stringify(manifest));
  return empty;
}

async function openWebWindow(
  started: Started,
  name: string,
  options: WindowOptions,
): Promise<CodeWindow> {
  const bridge = await prepareBridge(path.join(started.folder, name));
  const page = await started.context.newPage();
  await page.exposeFunction("codeAutomationLog", () => {});
  await page.exposeFunction("codeAutomationExit", () => {});
  await page.goto(addressOf(started, bridge, options));
  let pid = await waitForWorkbench(page, bridge, started);
  return {
    page,
    hostPid: () => pid,
    evaluate: <A, R>(run: (api: never, argument: A) => R | Promise<R>, argument?: A) =>
      bridge.evaluate<A | undefined, R>(run as never, argument),
    screenshot: (file) => saveScreenshot(page, file),
    reload: async () => {
      await page.reload();
      pid = await waitForWorkbench(page, bridge, started);
    },
    kill: async () => {
      await killAll([pid]); // not what it started: that may be meant to outlive it
      await page.close();
    },
    close: async () => {
      await bridge.end();
      await until("the extension host to end", async () => !(await isRunning(pid)));
      await page.close();
    },
  };
}

async function waitForWorkbench(page: Page, bridge: Bridge, started: Started) {
  try {
    const pid = await bridge.waitForNewHost();
    await page.locator(".monaco-workbench").waitFor();
    return pid;
  } catch (error) {
    const picture = await saveScreenshot(page, "did-not-open");
    const log = started.server.log().slice(-4000);
    throw new Error(`VS Code did not open; see ${picture}. Its log ends:\n${log}`, {
      cause: error,
    });
  }
}

function addressOf(started: Started, bridge: Bridge, options: WindowOptions): string {
  const { origin, authority } = started.server;
  const remote = (file: string) => `vscode-remote://${authority}${file}`;
  const environment = { ...options.env, [markName]: started.folder };
  const payload = [
    ["skipWelcome", "true"],
    ["extensionDevelopmentPath", remote(started.extensionFolder)],
    ["extensionTestsPath", remote(bridge.testsFile)],
    ["extensionEnvironment", JSON.stringify(environment)],
  ];
  const query = new URLSearchParams({ folder: options.folder, payload: JSON.stringify(payload) });
  return `${origin}/?${query}`;
}
