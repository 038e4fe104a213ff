// The time that a host has to let us in, spent in pieces: what we wait for on our own side is not the host's fault.
import type { Clock } from "../../waiting/clock.ts";
import { startDeadline } from "../../waiting/deadline.ts";

export interface Budget {
  readonly totalMs: number;
  remainingMs(): number;
  /** Does something that the host is waited for in. It counts as a deadline does: not while we are busy, or `isPaused` says so. */
  spend<T>(work: () => Promise<T>, isPaused?: () => boolean): Promise<T>;
}

export function createBudget(clock: Clock, totalMs: number): Budget {
  let remainingMs = totalMs;
  return {
    totalMs,
    remainingMs: () => remainingMs,
    async spend(work, isPaused) {
      const callOff = startDeadline(clock, remainingMs, () => {}, isPaused);
      try {
        return await work();
      } finally {
        remainingMs = callOff();
      }
    },
  };
}
