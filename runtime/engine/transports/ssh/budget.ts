// The time that a host has to let us in, spent in pieces: what we wait for on our own side is not the host's fault.
import type { Clock } from "../../waiting/clock.ts";
import { startDeadline } from "../../waiting/deadline.ts";

export interface Budget {
  readonly totalMs: number;
  remainingMs(): number;
  /**
   * From now on the host is waited for, until what this gives is called, once. It counts as a deadline does: not while we are
   * busy, or `isPaused` says so. `onExpired` is called when nothing is left.
   */
  start(onExpired: () => void, isPaused?: () => boolean): () => void;
  /** Does something that the host is waited for in, and that minds the time itself. */
  spend<T>(work: () => Promise<T>): Promise<T>;
}

export function createBudget(clock: Clock, totalMs: number): Budget {
  let remainingMs = totalMs;
  const start: Budget["start"] = (onExpired, isPaused) => {
    const callOff = startDeadline(clock, remainingMs, onExpired, isPaused);
    return () => {
      remainingMs = callOff();
    };
  };
  return {
    totalMs,
    remainingMs: () => remainingMs,
    start,
    async spend(work) {
      const stop = start(() => {});
      try {
        return await work();
      } finally {
        stop();
      }
    },
  };
}
