// How many hosts of some runs ended in which way, in the words that stand beside code and in the tree.
import type { KnownRun } from "./run-store.ts";

export interface RunCounts {
  readonly total: number;
  readonly ok: number;
  /** Of themselves: hosts that somebody stopped are no failures. */
  readonly failed: number;
  readonly cancelled: number;
}

export function countHosts(runs: readonly KnownRun[]): RunCounts {
  const sum = { total: 0, ok: 0, failed: 0, cancelled: 0 };
  for (const { header, hosts } of runs) {
    const stopped = [...hosts.values()].filter(({ state }) => state === "cancelled").length;
    sum.total += header.counts.total;
    sum.ok += header.counts.ok;
    sum.failed += Math.max(0, header.counts.failed - stopped);
    sum.cancelled += stopped;
  }
  return sum;
}

/** Such as `12 ok` and `1 failed`; `no hosts` when there were none. */
export function countWords({ total, ok, failed, cancelled }: RunCounts): string[] {
  if (total === 0) return ["no hosts"];
  return [
    ...(ok > 0 ? [`${String(ok)} ok`] : []),
    ...(failed > 0 ? [`${String(failed)} failed`] : []),
    ...(cancelled > 0 ? [`${String(cancelled)} cancelled`] : []),
  ];
}
