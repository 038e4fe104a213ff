// Removes output from the spool: of runs that are old, and of the oldest when there is too much.
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Keeping } from "../keeping.ts";

const MEGABYTE = 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface TidyOptions {
  readonly keeping: Pick<Keeping, "outputMegabytes" | "outputDays">;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether the run whose folder has this name is under way, in any process. */
  readonly isUnderWay: (name: string) => boolean;
}

export async function tidySpool(spoolFolder: string, options: TidyOptions): Promise<void> {
  const { keeping, now, isUnderWay } = options;
  const oldestMs = now - keeping.outputDays * DAY_MS;
  let bytes = 0;
  for (const run of await newestFirst(spoolFolder)) {
    bytes += run.bytes;
    const isTooMuch = bytes > keeping.outputMegabytes * MEGABYTE || run.changedAt < oldestMs;
    if (!isTooMuch || isUnderWay(run.name)) continue;
    await rm(path.join(spoolFolder, run.name), { recursive: true, force: true });
  }
}

interface SpooledRun {
  readonly name: string;
  readonly bytes: number;
  readonly changedAt: number;
}

async function newestFirst(spoolFolder: string): Promise<readonly SpooledRun[]> {
  const runs: SpooledRun[] = [];
  // One after another: this is done in the background, and must not take the disk from runs.
  for (const entry of await entriesOf(spoolFolder)) {
    if (!entry.isDirectory()) continue;
    runs.push({ name: entry.name, ...(await measure(path.join(spoolFolder, entry.name))) });
  }
  return runs.sort((a, b) => b.changedAt - a.changedAt);
}

async function measure(folder: string): Promise<Omit<SpooledRun, "name">> {
  let bytes = 0;
  let changedAt = 0;
  for (const entry of await entriesOf(folder, true)) {
    if (!entry.isFile()) continue;
    const found = await ifThere(stat(path.join(entry.parentPath, entry.name)));
    bytes += found?.size ?? 0;
    changedAt = Math.max(changedAt, found?.mtimeMs ?? 0);
  }
  return { bytes, changedAt: changedAt || ((await ifThere(stat(folder)))?.mtimeMs ?? 0) };
}

/** None when nothing was ever kept. */
async function entriesOf(folder: string, recursive = false) {
  return (await ifThere(readdir(folder, { withFileTypes: true, recursive }))) ?? [];
}

/** Runs that are under way, and other processes that tidy, may remove what was just seen. */
async function ifThere<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
