// How long a run has waited for a person: time that counts against no limit of it.
import type { Clock } from "../waiting/clock.ts";

export interface AskedTime {
  isUnderWay(): boolean;
  /** All of it so far; hosts that wait at the same time count once. */
  ms(): number;
  /** Counts the time until `work` has settled. */
  during<T>(work: Promise<T>): Promise<T>;
}

/** `outer`: of the run in whose stage this one was begun, which waits too. */
export function createAskedTime(clock: Clock, outer?: AskedTime): AskedTime {
  let count = 0;
  let beganMs = 0;
  let pastMs = 0;
  const currentMs = () => (count > 0 ? clock.elapsed() - beganMs : 0);
  return {
    isUnderWay: () => count > 0,
    ms: () => pastMs + currentMs(),
    async during(work) {
      if (count === 0) beganMs = clock.elapsed();
      count += 1;
      try {
        return await (outer?.during(work) ?? work);
      } finally {
        if (count === 1) pastMs += currentMs();
        count -= 1;
      }
    },
  };
}
