// The time that a host has to let us in, spent in pieces: what we wait for on our own side is not the host's fault.
import type { Clock } from "../../waiting/clock.ts";

export interface Budget {
  readonly totalMs: number;
  remainingMs(): number;
  /** Does something that the host is waited for in. */
  spend<T>(work: () => Promise<T>): Promise<T>;
}

export function createBudget(clock: Clock, totalMs: number): Budget {
  let spentMs = 0;
  return {
    totalMs,
    remainingMs: () => Math.max(totalMs - spentMs, 0),
    async spend(work) {
      const start = clock.elapsed();
      try {
        return await work();
      } finally {
        spentMs += clock.elapsed() - start;
      }
    },
  };
}
