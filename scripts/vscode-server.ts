// Starts VS Code's own server on a loopback port, for `npm start` and for the end-to-end tests.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

export type VSCodeServerOptions = {
  /** VS Code's own folder, from `installVSCodeServer`. */
  program: string;
  /** Where it keeps its data, user settings and (unless told otherwise) extensions. */
  dataFolder: string;
  extensionsFolder?: string;
  settings?: Readonly<Record<string, unknown>>;
  /** Lets a page name an extension under development and its tests. */
  testDriver?: boolean;
  /** True asks of every folder whether it is trusted, as VS Code does. */
  workspaceTrust?: boolean;
  /** Asked of every page that opens; without it anybody on this machine may open one. */
  token?: string;
  env?: NodeJS.ProcessEnv;
};

export type VSCodeServer = {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  authority: string;
  pid: number;
  process: ChildProcess;
  log(): string;
  stop(): Promise<void>;
};

// What keeps the picture quiet: no welcome, no chat, nothing fetched, nothing reported; and nothing saved unasked, as on the desktop.
const quietSettings = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.openRepositoryInParentFolders": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** Gives the server once it listens. */
export async function startVSCodeServer(options: VSCodeServerOptions): Promise<VSCodeServer> {
  await writeUserSettings(options.dataFolder, options.settings ?? {});
  const child = spawn(process.execPath, serverWords(options), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...(options.env ?? process.env), EXTENSIONS_GALLERY: "{}" },
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      log = (log + text).slice(-200_000);
    });
  }
  const port = await readPort(child, () => log);
  const authority = `127.0.0.1:${port}`;
  return {
    origin: `http://${authority}`,
    authority,
    pid: child.pid ?? 0,
    process: child,
    log: () => log,
    stop: () => stop(child),
  };
}

/** Installs a packed extension into this folder, as a user would. */
export function installExtensionWords(
  options: Pick<VSCodeServerOptions, "program" | "dataFolder" | "extensionsFolder">,
  packed: string,
): string[] {
  return [...folderWords(options), "--install-extension", packed, "--force"];
}

async function writeUserSettings(dataFolder: string, settings: Readonly<Record<string, unknown>>) {
  const folder = path.join(dataFolder, "user/User");
  await mkdir(folder, { recursive: true });
  const all = { ...quietSettings, ...settings };
  await writeFile(path.join(folder, "settings.json"), JSON.stringify(all, undefined, 2));
}

function folderWords(
  options: Pick<VSCodeServerOptions, "program" | "dataFolder" | "extensionsFolder">,
): string[] {
  const { program, dataFolder, extensionsFolder = path.join(dataFolder, "extensions") } = options;
  return [
    path.join(program, "out/server-main.js"),
    "--accept-server-license-terms",
    "--telemetry-level=off",
    `--server-data-dir=${dataFolder}`,
    `--user-data-dir=${path.join(dataFolder, "user")}`,
    `--extensions-dir=${extensionsFolder}`,
  ];
}

function serverWords(options: VSCodeServerOptions): string[] {
  const { token, testDriver = false, workspaceTrust = false } = options;
  return [
    ...folderWords(options),
    "--host=127.0.0.1",
    "--port=0",
    token === undefined ? "--without-connection-token" : `--connection-token=${token}`,
    ...(testDriver ? ["--enable-smoke-test-driver"] : []),
    ...(workspaceTrust ? [] : ["--disable-workspace-trust"]),
  ];
}

function readPort(child: ChildProcess, log: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const port = /agent listening on (\d+)/u.exec(log())?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout?.on("data", look);
    child.on("error", reject);
    child.on("exit", (code) => {
      reject(new Error(`VS Code's server ended at once with exit code ${code}:\n${log()}`));
    });
  });
}

// Asked kindly first: then it also ends the extension hosts that it started.
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
  await exited;
  clearTimeout(timer);
}
