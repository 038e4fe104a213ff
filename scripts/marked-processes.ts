// Finds processes by what stands in their environment, however far they have wandered from whoever started them.
import { readFile, readdir } from "node:fs/promises";

/** Process ids whose environment holds exactly this `NAME=value`; none where there is no /proc. */
export async function processesWith(assignment: string): Promise<number[]> {
  const names = process.platform === "linux" ? await readdir("/proc") : [];
  const pids = names.filter((name) => /^\d+$/u.test(name)).map(Number);
  const marked = await Promise.all(
    pids.map(async (pid) => ((await environmentOf(pid)).includes(assignment) ? pid : undefined)),
  );
  return marked.filter((pid) => pid !== undefined);
}

async function environmentOf(pid: number): Promise<string[]> {
  try {
    return (await readFile(`/proc/${pid}/environ`, "utf8")).split("\0");
  } catch {
    return []; // It ended between two looks, or belongs to somebody else.
  }
}
