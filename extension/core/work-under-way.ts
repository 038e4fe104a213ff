// How much is under way: runs, and evaluations that have no run to be counted by.
import type { RunStore } from "./run-store.ts";

export interface WorkUnderWay {
  readonly runs: number;
  /** Code that works or waits without a run. */
  readonly evaluations: number;
}

/** `evaluationIds`: those of this window that are not over. */
export function countWork(
  evaluationIds: Iterable<string>,
  runs: Pick<RunStore, "running" | "ofEvaluation">,
): WorkUnderWay {
  const alone = [...evaluationIds].filter(
    (id) => !runs.ofEvaluation(id).some(({ header }) => header.state === "running"),
  );
  return { runs: runs.running(), evaluations: alone.length };
}

/** Such as `2 running · 1 evaluating`; nothing when nothing is under way. */
export function workWords({ runs, evaluations }: WorkUnderWay): string | undefined {
  const parts = [
    ...(runs > 0 ? [`${String(runs)} running`] : []),
    ...(evaluations > 0 ? [`${String(evaluations)} evaluating`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(" · ");
}
