// Reads how long a process, and those of its children that have ended, have worked on the processors.
import { readFile } from "node:fs/promises";

/** What Linux counts in, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

/**
 * Milliseconds in user and kernel mode together. Children that still run are not in it: each would be cut to whole ticks, which for
 * many short ones is most of what they took; those that have ended are added up exactly.
 */
export async function readCpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15).map(Number);
  if (childrenSystem === undefined) throw new Error(`/proc/${pid}/stat cannot be read: ${stat}`);
  const ticks = (user ?? 0) + (system ?? 0) + (childrenUser ?? 0) + childrenSystem;
  return (ticks * 1000) / TICKS_PER_SECOND;
}
