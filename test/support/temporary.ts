// Temporary folders that are gone when their test is over.
import { rmSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A test's context, or `{ after }` of node:test for a whole file. */
export type Ending = { after(finish: () => void | Promise<void>): void };

// Some things end after their folder is gone, and may write it anew.
const madeHere = new Set<string>();
process.once("exit", () => {
  for (const folder of madeHere) rmSync(folder, { recursive: true, force: true });
});

/** Node ends first what was begun first. This ends last what was begun first, as what came later stands on it. */
export function lastFirst(test: Ending): Ending {
  const begun = new AsyncDisposableStack();
  test.after(() => begun.disposeAsync());
  return { after: (finish) => begun.defer(finish) };
}

/** The real path of a new folder, short enough for a socket in it; removed after the test. */
export async function temporaryFolder(test: Ending, prefix = "re-ops-"): Promise<string> {
  const folder = await makeTemporaryFolder(prefix);
  madeHere.add(folder);
  test.after(() => removeFolder(folder));
  return folder;
}

/** The same without a test; the caller removes it with `removeFolder`. */
export async function makeTemporaryFolder(prefix = "re-ops-"): Promise<string> {
  return mkdtemp(path.join(await realpath(tmpdir()), prefix));
}

/** Removes a folder even while a process that is ending still writes into it. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
