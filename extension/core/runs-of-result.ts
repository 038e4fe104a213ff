// The runs that an inline result speaks of: those that its evaluation started, not what these started in turn.
import type { InlineResult } from "./inline-results.ts";
import type { KnownRun, RunStore } from "./run-store.ts";

export function runsOf({ id, phase }: InlineResult, runs: RunStore): readonly KnownRun[] {
  if (phase.kind !== "settled") return runs.ofEvaluation(id);
  return runs.all(phase.result.runs).filter((run) => run.header.parentId === undefined);
}
