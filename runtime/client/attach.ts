// Visits the server that runs for a project, if one does: the command line starts none, and changes nothing for its windows.
import { aliveServer, tokenFile } from "../project/server-record.ts";
import { type Environment, stateFolderOf } from "../project/state-folder.ts";
import { type Connection, speak } from "./connection.ts";
import { openDoor } from "./handshake.ts";

export interface AttachOptions {
  /** Real path of the project folder. */
  readonly projectFolder: string;
  readonly environment: Environment;
  /** Who visits, for the server's log. */
  readonly clientName: string;
  readonly log: (line: string) => void;
}

/** Longer than a busy server takes for its first words. */
const PATIENCE_MS = 5000;

/**
 * Undefined when no server runs. Rejects with `ServerRefusedError` when it says no, and with an error that names its
 * process when it does not answer.
 */
export async function attachToServer(options: AttachOptions): Promise<Connection | undefined> {
  const { projectFolder, environment, clientName, log } = options;
  const stateFolder = stateFolderOf(projectFolder, environment);
  const record = aliveServer(stateFolder);
  if (record === undefined) return undefined;
  const greeting = {
    project: projectFolder,
    client: { name: clientName, pid: process.pid },
    tokenFile: tokenFile(stateFolder),
  };
  const late = AbortSignal.timeout(PATIENCE_MS);
  try {
    const { socket, hello } = await openDoor(record.socket, "runtime", greeting, late);
    return speak(socket, hello, log);
  } catch (error) {
    if (aliveServer(stateFolder) === undefined) return undefined; // It was about to end.
    if (!late.aborted) throw error;
    const { pid } = record.server;
    const message = `process ${String(pid)} did not answer within ${String(PATIENCE_MS / 1000)} s`;
    throw new Error(message, { cause: error });
  }
}
