// The time that a run, or a step, may take on all its hosts: when it is over, what runs is stopped and nothing more starts.
import type { StepDescription } from "../../port.ts";
import type { Clock } from "../waiting/clock.ts";
import { Interrupted } from "../shell/step-watch.ts";
import { startDeadline } from "../waiting/deadline.ts";

export interface LimitedSignal {
  readonly signal: AbortSignal;
  forget(): void;
}

/** The signal, aborted with an `Interrupted` too when the step's own time is over, or its run's, which took `runMs` so far. */
export function limitTotalTime(
  step: Pick<StepDescription, "target" | "limits">,
  runMs: number,
  signal: AbortSignal,
  clock: Clock,
): LimitedSignal {
  const over = new AbortController();
  const start = (totalMs: number | undefined, pastMs: number, whose: string) => {
    if (totalMs === undefined) return () => {};
    const end = () =>
      over.abort(new Interrupted("totalTime", `timed out after ${totalMs / 1000} s for ${whose}`));
    if (pastMs < totalMs) return startDeadline(clock, totalMs - pastMs, end);
    end();
    return () => {};
  };
  const callOff = [
    start(step.target.limits.totalTimeoutMs, runMs, "the whole run"),
    start(step.limits?.totalTimeoutMs, 0, "the whole step"),
  ];
  return {
    signal: AbortSignal.any([signal, over.signal]),
    forget() {
      for (const forget of callOff) forget();
    },
  };
}
