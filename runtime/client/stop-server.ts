// Ends a project's server without speaking to it: for one of another protocol, which would not understand.
import { isAlive, signalProcess } from "../project/process-identity.ts";
import { readServerRecord } from "../project/server-record.ts";
import { type Environment, stateFolderOf } from "../project/state-folder.ts";
import { setTimeout as wait } from "node:timers/promises";

const LOOK_EVERY_MS = 50;

/** Asks it to end, which stops what runs, and resolves when it has; true when there was one. */
export async function stopServer(
  projectFolder: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<boolean> {
  const record = readServerRecord(stateFolderOf(projectFolder, environment));
  if (record === undefined || !signalProcess(record.server, "SIGTERM")) return false;
  while (isAlive(record.server)) await wait(LOOK_EVERY_MS, undefined, { signal });
  return true;
}
