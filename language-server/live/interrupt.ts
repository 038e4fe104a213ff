// The interrupt ladder: the evaluation's signal first; a live process that does not even answer is ended and started empty.
import { setImmediate, setTimeout } from "node:timers/promises";
import type { InterruptReport } from "re-ops/protocol";
import { type Engine, liveInterrupt, type Peer, PeerGoneError } from "re-ops/server";
import type { Evaluations } from "./evaluations.ts";
import { describeEnd } from "./live-end.ts";
import type { LiveProcess } from "./live-process.ts";
import type { LiveSupervisor } from "./live-supervisor.ts";

export interface InterruptOptions {
  readonly engine: Pick<Engine, "cancelEvaluation">;
  readonly evaluations: Pick<Evaluations, "pending">;
  readonly supervisor: LiveSupervisor;
  /** How long the live process may take to answer. */
  readonly patienceMs: number;
}

type CancelReport = Awaited<ReturnType<Engine["cancelEvaluation"]>>;

const REASON = "interrupted";
const TURNS_TO_READ = 5;

/** Stops one evaluation; without a name those of the client, or every one when it has none. */
export async function interruptEvaluations(
  options: InterruptOptions,
  evaluationId: string | undefined,
  client: Peer,
): Promise<InterruptReport> {
  const { evaluations, engine, supervisor } = options;
  const targets = chooseTargets(evaluations, evaluationId, client);
  const cancelling = Promise.all(targets.map((id) => engine.cancelEvaluation(id, REASON)));
  const isTurning = await askLive(options, targets);
  const end = isTurning
    ? undefined
    : await supervisor.restart(
        `did not answer within ${String(options.patienceMs)} ms and was ended`,
      );
  return report(sum(await cancelling), targets.length, end && describeEnd(end), end?.lost);
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

/** Whether the live process, if there is one, answered in time; it aborts the signals as it does. */
async function askLive(options: InterruptOptions, targets: readonly string[]): Promise<boolean> {
  const { supervisor, patienceMs } = options;
  if (supervisor.status().state === "stopped") return true;
  const live = await supervisor.ready().catch(() => undefined);
  if (live === undefined) return true; // It did not start, which whoever evaluates is told.
  const stop = new AbortController();
  const tooLate = setTimeout(patienceMs, false, { signal: stop.signal })
    .then(async (late) => {
      // The answer may be here already, unread: this process was busy too.
      for (let turn = 0; turn < TURNS_TO_READ; turn += 1) await setImmediate();
      return late;
    })
    .catch(() => false); // Called off, because the answer came.
  const answered = Promise.all(interrupts(live, targets)).then(() => true);
  try {
    return await Promise.race([answered, tooLate]);
  } finally {
    stop.abort();
    answered.catch(() => false); // Asked of a process that was then ended.
  }
}

function interrupts(live: LiveProcess, targets: readonly string[]): readonly Promise<unknown>[] {
  const all = targets.length === 0 ? [{}] : targets.map((evaluationId) => ({ evaluationId }));
  return all.map((which) =>
    live.peer.request(liveInterrupt, which).catch((error: unknown) => {
      // It died meanwhile: nothing of it is left to be interrupted.
      if (!(error instanceof PeerGoneError)) throw error;
    }),
  );
}

function sum(reports: readonly CancelReport[]): CancelReport {
  return {
    stopped: reports.reduce((count, one) => count + one.stopped, 0),
    survivors: reports.flatMap((one) => one.survivors),
  };
}

function report(
  { stopped, survivors }: CancelReport,
  targets: number,
  end: string | undefined,
  lost: readonly string[] = [],
): InterruptReport {
  const hosts = stopped === 1 ? "1 host" : `${String(stopped)} hosts`;
  const running = survivors.map(
    ({ host, pid, message }) =>
      `${host}${pid === undefined ? "" : ` (process ${String(pid)})`}: ${message}`,
  );
  const sentences = [
    end ?? (targets === 0 ? "Nothing was being evaluated." : "Interrupted."),
    ...(stopped > 0 ? [`Stopped what ran on ${hosts}.`] : []),
    ...(running.length > 0 ? [`May still run: ${running.join("; ")}.`] : []),
  ];
  return { message: sentences.join(" "), liveRestarted: end !== undefined, lost, survivors };
}
