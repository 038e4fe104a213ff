// A project folder of its own with a state home of its own, and real servers for it that end with the test.
import { writeFile, readFile } from "node:fs/promises";
import path from "node:path";
import {
  connectToServer,
  type ConnectOptions,
  readServerRecord,
  type ServerConnection,
  serverLogFile,
  stateFolderOf,
} from "re-ops/client";
import { killAll, processesWith } from "../../support/processes.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";

const root = path.resolve(import.meta.dirname, "../../..");

export interface Project {
  readonly folder: string;
  readonly stateFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Connects as a window does: finds the server or starts it. */
  connect(options?: Partial<ConnectOptions>): Promise<ServerConnection>;
  /** Every process of this project: servers, live processes and what they started. */
  processes(): Promise<number[]>;
  readLog(): Promise<string>;
}

/** Long enough that nothing ends by itself while a test looks on. */
const IDLE_MS = 60_000;

export async function makeProject(
  test: Ending,
  files: Readonly<Record<string, string>> = {},
): Promise<Project> {
  const home = await temporaryFolder(test);
  const folder = await temporaryFolder(test, "re-ops-project-");
  for (const [name, text] of Object.entries({ "re-ops.config.json": "{}", ...files })) {
    await writeFile(path.join(folder, name), text);
  }
  const mark = `RE_OPS_TEST=${path.basename(home)}`;
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    XDG_STATE_HOME: home,
    RE_OPS_TEST: path.basename(home),
  };
  const stateFolder = stateFolderOf(folder, environment);
  const connections: ServerConnection[] = [];
  test.after(async () => {
    for (const one of connections) one.dispose();
    await killAll(await processesWith(mark));
  });
  return {
    folder,
    stateFolder,
    environment,
    async connect(options = {}) {
      const connection = await connectToServer({
        projectFolder: folder,
        serverEntry: path.join(root, "language-server/main.ts"),
        liveEntry: path.join(root, "runtime/live/process.ts"),
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
    processes: () => processesWith(mark),
    readLog: () => readFile(serverLogFile(stateFolder), "utf8"),
  };
}

export { readServerRecord };
