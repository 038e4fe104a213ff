// The time that a run, or a step, may take on all its hosts: when it is over, what runs is stopped and nothing more starts.
import type { StepDescription } from "../../port.ts";
import type { Clock } from "../waiting/clock.ts";
import { Interrupted } from "../shell/step-watch.ts";
import { startDeadline } from "../waiting/deadline.ts";

export interface LimitedSignal {
  readonly signal: AbortSignal;
  forget(): void;
}

/** How far a run is. */
export interface RunTime {
  /** What it took so far. */
  readonly runMs: number;
  /** Whether no time passes for it now. */
  readonly isPaused: () => boolean;
}

/** The signal, aborted with an `Interrupted` too when the step's own time is over, or its run's. */
export function limitTotalTime(
  step: Pick<StepDescription, "target" | "limits">,
  { runMs, isPaused }: RunTime,
  signal: AbortSignal,
  clock: Clock,
): LimitedSignal {
  const over = new AbortController();
  const start = (totalMs: number | undefined, pastMs: number, whose: string) => {
    if (totalMs === undefined) return () => {};
    const end = () =>
      over.abort(new Interrupted("totalTime", `timed out after ${totalMs / 1000} s for ${whose}`));
    if (pastMs < totalMs) return startDeadline(clock, totalMs - pastMs, end, isPaused);
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
