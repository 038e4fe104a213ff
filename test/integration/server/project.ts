// A project folder of its own with a state home of its own, and real servers for it that end with the test.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  type ConnectOptions,
  connectToServer,
  type ServerConnection,
  serverLogFile,
  stateFolderOf,
} from "re-ops/client";
import { killAll, processesWith } from "../../support/processes.ts";
import { type Ending, makeTemporaryFolder, removeFolder } from "../../support/temporary.ts";

const root = path.resolve(import.meta.dirname, "../../..");
export const serverEntry = path.join(root, "language-server/main.ts");
export const liveEntry = path.join(root, "runtime/live/process.ts");

export interface Project {
  readonly folder: string;
  readonly stateFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Connects as a window does: finds the server or starts it. */
  connect(options?: Partial<ConnectOptions>): Promise<ServerConnection>;
  /** Every process of this project: servers, live processes and what they started. */
  processes(): Promise<number[]>;
  /** The servers' log; empty before the first. */
  readLog(): Promise<string>;
}

/** Long enough that nothing ends by itself while a test looks on. */
const IDLE_MS = 60_000;

export async function makeProject(
  test: Ending,
  files: Readonly<Record<string, string>> = {},
): Promise<Project> {
  const home = await makeTemporaryFolder();
  const folder = await makeTemporaryFolder("re-ops-project-");
  for (const [name, text] of Object.entries({ "re-ops.config.json": "{}", ...files })) {
    await writeFile(path.join(folder, name), text);
  }
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    XDG_STATE_HOME: home,
    RE_OPS_TEST: path.basename(home),
  };
  const processes = () => processesWith(`RE_OPS_TEST=${environment.RE_OPS_TEST}`);
  const stateFolder = stateFolderOf(folder, environment);
  const connections: ServerConnection[] = [];
  test.after(async () => {
    for (const one of connections) one.dispose();
    await killAll(await processes());
    await Promise.all([home, folder].map(removeFolder));
  });
  return {
    folder,
    stateFolder,
    environment,
    processes,
    async connect(options = {}) {
      const connection = await connectToServer({
        projectFolder: folder,
        serverEntry,
        liveEntry,
        node: { setting: process.execPath },
        environment,
        idleMs: IDLE_MS,
        signal: new AbortController().signal,
        log: () => {},
        ...options,
      });
      connections.push(connection);
      return connection;
    },
    readLog: () => readFile(serverLogFile(stateFolder), "utf8").catch(() => ""),
  };
}
