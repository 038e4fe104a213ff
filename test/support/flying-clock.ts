// A clock whose time a test lets fly: what would be waited for long is over soon, and everything else takes its real time.
import { type Clock, systemClock } from "../../runtime/engine/waiting/clock.ts";

export interface FlyingClock {
  readonly clock: Clock;
  /** From now on time passes many times faster; waits that have begun already keep their length. */
  fly(): void;
  /** From now on time passes as it does. */
  land(): void;
}

export function makeFlyingClock(timesFaster: number): FlyingClock {
  let pace = 1;
  let since = { realMs: systemClock.elapsed(), elapsedMs: 0 };
  const elapsed = () => since.elapsedMs + (systemClock.elapsed() - since.realMs) * pace;
  const setPace = (next: number) => {
    since = { elapsedMs: elapsed(), realMs: systemClock.elapsed() };
    pace = next;
  };
  return {
    clock: {
      now: systemClock.now,
      elapsed,
      after: (ms, callback) => systemClock.after(ms / pace, callback),
    },
    fly: () => setPace(timesFaster),
    land: () => setPace(1),
  };
}
