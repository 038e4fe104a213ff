// What runs on this machine, read from /proc: process trees, and processes that carry a mark in their environment.
import { readFile, readdir } from "node:fs/promises";
import { until } from "./until.ts";

export { processesWith } from "../../scripts/marked-processes.ts";

/** The process and everything below it, the process itself first. */
export async function processTree(pid: number): Promise<number[]> {
  const parents = await parentOfEach();
  const tree = [pid];
  for (const one of tree) {
    for (const [child, parent] of parents) if (parent === one) tree.push(child);
  }
  return tree;
}

/** The direct children of all of these. */
export async function childrenOf(...pids: readonly number[]): Promise<number[]> {
  const parents = await parentOfEach();
  return [...parents].filter(([, parent]) => pids.includes(parent)).map(([child]) => child);
}

/** Ends these processes at once and waits until they are gone. */
export async function killAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) signal(pid, "SIGKILL");
  await until(`processes ${pids.join(" ")} to be gone`, async () => {
    const alive = await Promise.all(pids.map(isRunning));
    return !alive.includes(true);
  });
}

/** Sends a signal; a process that is gone already is none of our business. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** True while the process exists and is not merely waiting to be reaped. */
export async function isRunning(pid: number): Promise<boolean> {
  const state = statusOf(await readOrEmpty(`/proc/${pid}/stat`))?.state;
  return state !== undefined && state !== "Z" && state !== "X";
}

/** The process's number and command line, for people. */
export async function describeProcess(pid: number): Promise<string> {
  const words = await readOrEmpty(`/proc/${pid}/cmdline`);
  return `${pid} ${words.replaceAll("\0", " ").trim().slice(0, 300)}`;
}

async function parentOfEach(): Promise<Map<number, number>> {
  const parents = new Map<number, number>();
  await Promise.all(
    (await allPids()).map(async (pid) => {
      const status = statusOf(await readOrEmpty(`/proc/${pid}/stat`));
      if (status !== undefined) parents.set(pid, status.parent);
    }),
  );
  return parents;
}

async function allPids(): Promise<number[]> {
  const names = await readdir("/proc");
  return names.filter((name) => /^\d+$/u.test(name)).map(Number);
}

// The command name in brackets may itself hold brackets and spaces, so what follows the last bracket counts.
function statusOf(stat: string): { state: string; parent: number } | undefined {
  const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === undefined || parent === undefined
    ? undefined
    : { state, parent: Number(parent) };
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    return ""; // The process ended between two looks, or belongs to somebody else.
  }
}
