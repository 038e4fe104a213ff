// Finds processes by what stands in their environment, however far they have wandered from whoever started them.
import { readFile, readdir, readlink } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";

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
    // It reads as empty for a moment while a process becomes another program: that is no answer yet.
    for (let look = 1; look < 5; look += 1) {
      const text = await readFile(`/proc/${pid}/environ`, "utf8");
      if (text !== "") return text.split("\0");
      await readlink(`/proc/${pid}/exe`);
      await wait(1);
    }
    return [];
  } catch {
    return []; // It ended between two looks, is none with a program, or belongs to somebody else.
  }
}
