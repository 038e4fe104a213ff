// Reads how much memory processes take: their proportional set size, in which shared pages count once for all who share them.
import { readFile } from "node:fs/promises";

/** Megabytes of all of them together. */
export async function readPssMegabytes(pids: readonly number[]): Promise<number> {
  const kilobytes = await Promise.all(pids.map(readPssKilobytes));
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

async function readPssKilobytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const found = /^Pss:\s+(\d+) kB$/mu.exec(text)?.[1];
  if (found === undefined) throw new Error(`/proc/${pid}/smaps_rollup has no line for Pss`);
  return Number(found);
}
