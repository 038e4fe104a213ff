// One server per project folder: a lock that the system itself gives back when its holder dies, however it dies.
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { isAlive, readServerRecord } from "re-ops/server";

export interface Lock {
  release(): void;
}

const LOOK_EVERY_MS = 50;
/** How long a server that is ending may take to stop what runs. */
const PATIENCE_MS = 10_000;

/**
 * The lock, or undefined when another server serves the folder. A holder that says nothing about itself is about to
 * listen or about to end: whichever it is, is waited for.
 */
export async function takeLock(stateFolder: string): Promise<Lock | undefined> {
  const end = performance.now() + PATIENCE_MS;
  do {
    const lock = tryLock(stateFolder);
    if (lock !== undefined) return lock;
    const record = readServerRecord(stateFolder);
    if (record !== undefined && isAlive(record.server)) return undefined;
    await wait(LOOK_EVERY_MS);
  } while (performance.now() < end);
  return undefined;
}

// SQLite's exclusive lock is one of the operating system on the file: there is no stale one to be judged and removed.
function tryLock(stateFolder: string): Lock | undefined {
  const database = new DatabaseSync(path.join(stateFolder, "lock.sqlite"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && /database is locked/.test(error.message)) return undefined;
    throw error;
  }
  return {
    release() {
      database.close();
    },
  };
}
