// The interrupt of evaluations and of runs: what is asked of the engine and of the live process, and by which ladder.
import type { InterruptReport } from "re-ops/protocol";
import type { Engine, Peer } from "re-ops/server";
import type { Evaluations } from "./evaluations.ts";
import { climb, type Climbed, type LadderOptions, NOT_CLIMBED } from "./interrupt-ladder.ts";
import { describeInterrupt } from "./interrupt-words.ts";

export interface InterruptOptions extends LadderOptions {
  readonly engine: Pick<Engine, "cancelEvaluation" | "cancelRun" | "abandonRun" | "phaseOf">;
  readonly evaluations: Pick<Evaluations, "pending">;
  readonly projectFolder: string;
}

const REASON = "interrupted";

/** Stops one evaluation; without a name those of the client, or every one when it has none. */
export async function interruptEvaluations(
  options: InterruptOptions,
  evaluationId: string | undefined,
  client: Peer,
): Promise<InterruptReport> {
  const { evaluations, engine } = options;
  const targets = chooseTargets(evaluations, evaluationId, client);
  const cancelling = Promise.all(targets.map((id) => engine.cancelEvaluation(id, REASON)));
  const questions = targets.length === 0 ? [{}] : targets.map((id) => ({ evaluationId: id }));
  const climbed = await climb(options, { questions });
  endBrokenRuns(engine, climbed);
  const asked = { kind: "evaluations", ids: targets } as const;
  return describeInterrupt({ asked, climbed, cancelled: await cancelling, ...options });
}

/** Stops a run on its hosts; a loop in one of its stages is broken off, another's is left alone. */
export async function interruptRun(
  options: InterruptOptions,
  runId: string,
  reason: string,
): Promise<InterruptReport> {
  const { engine } = options;
  const phase = engine.phaseOf(runId);
  const cancelled = [await engine.cancelRun(runId, reason)];
  // While hosts work on a step none of its functions runs: if the live process is busy, then with something else.
  const climbed: Climbed =
    phase === "stage" ? await climb(options, { questions: [{ runId }], runId }) : NOT_CLIMBED;
  endBrokenRuns(engine, climbed);
  const asked = { kind: "run", wasRunning: phase !== undefined } as const;
  return describeInterrupt({ asked, climbed, cancelled, ...options });
}

function chooseTargets(
  evaluations: Pick<Evaluations, "pending">,
  evaluationId: string | undefined,
  client: Peer,
): readonly string[] {
  if (evaluationId !== undefined) return [evaluationId];
  const own = evaluations.pending(client);
  return own.length > 0 ? own : evaluations.pending();
}

/** A pipeline of which a stage was broken off may not be able to tell its end. */
function endBrokenRuns(engine: InterruptOptions["engine"], { broken }: Climbed): void {
  for (const { runId, place } of broken) {
    if (runId === undefined) continue;
    engine.abandonRun(runId, `its loop in line ${String(place.line)} was broken off`);
  }
}
