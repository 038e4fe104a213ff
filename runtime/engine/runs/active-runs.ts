// The runs under way in this process: found by their name or their evaluation, and stopped, one or all.
import type { CancelReport } from "../../port.ts";
import type { ActiveRun } from "./active-run.ts";

export class ActiveRuns {
  readonly #runs = new Map<string, ActiveRun>();
  /** Of which `endAll` tells though they may be over by then. */
  #expected: Set<ActiveRun> | undefined;

  get size(): number {
    return this.#runs.size;
  }

  add(run: ActiveRun): void {
    this.#runs.set(run.record.id, run);
    this.#expected?.add(run);
  }

  delete(runId: string): void {
    this.#runs.delete(runId);
  }

  get(runId: string): ActiveRun | undefined {
    return this.#runs.get(runId);
  }

  async cancel(runId: string, reason: string): Promise<CancelReport> {
    return (await this.#runs.get(runId)?.cancel(reason)) ?? { stopped: 0, survivors: [] };
  }

  cancelEvaluation(evaluationId: string, reason: string): Promise<CancelReport> {
    const isOfIt = ofEvaluation(evaluationId);
    return cancelAll([...this.#runs.values()].filter(isOfIt), reason);
  }

  /** Until the returned is called, `endAll` also tells what was stopped of runs that are over by then: whoever began them may have cancelled them. */
  expectEnd(): () => void {
    this.#expected = new Set(this.#runs.values());
    return () => {
      this.#expected = undefined;
    };
  }

  /** Cancels all and ends them, whoever knows what would come next. */
  async endAll(reason: string): Promise<CancelReport> {
    const running = [...(this.#expected ?? this.#runs.values())];
    const report = await cancelAll(running, reason);
    for (const run of running) run.end({ verdict: "cancelled", message: reason });
    return report;
  }

  /** Resolves when none of this evaluation is under way. */
  async untilIdle(evaluationId: string): Promise<void> {
    const isOfIt = ofEvaluation(evaluationId);
    // A stage of one may start another.
    for (let run; (run = [...this.#runs.values()].find(isOfIt));) await run.ended;
  }
}

function ofEvaluation(evaluationId: string): (run: ActiveRun) => boolean {
  return ({ record }) => record.evaluationId === evaluationId;
}

async function cancelAll(runs: readonly ActiveRun[], reason: string): Promise<CancelReport> {
  const reports = await Promise.all(runs.map((run) => run.cancel(reason)));
  return {
    stopped: reports.reduce((sum, report) => sum + report.stopped, 0),
    survivors: reports.flatMap((report) => report.survivors),
  };
}
