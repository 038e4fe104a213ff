// Tells a client each run of its evaluations as it ends, when it asked for that: the command line counts failed hosts by them.
import { type EvaluateParams, runEnded, untilIdle } from "re-ops/protocol";
import type { Engine, Peer } from "re-ops/server";

export interface RunReports {
  follow(evaluationId: string, report: EvaluateParams["report"]): void;
}

/** For as long as the client is connected. */
export function reportRuns(
  peer: Peer,
  engine: Pick<Engine, "onRunEnded" | "untilIdle">,
): RunReports {
  const withOutput = new Map<string, boolean>();
  const stop = engine.onRunEnded((run) => {
    const { evaluationId } = run;
    const wanted = evaluationId === undefined ? undefined : withOutput.get(evaluationId);
    if (evaluationId === undefined || wanted === undefined) return;
    peer.notify(runEnded, { evaluationId, run: run.result(wanted) });
  });
  void peer.closed.then(stop);
  peer.onRequest(untilIdle, async ({ evaluationId }) => {
    await engine.untilIdle(evaluationId);
    return {};
  });
  return {
    follow(evaluationId, report) {
      if (report !== undefined) withOutput.set(evaluationId, report === "runs and output");
    },
  };
}
