// Evaluations under way: which range, whose they are, and what became of them, also when the live process dies.
import {
  type EvaluateRequest,
  type EvaluateResult,
  type EvaluationError,
  evaluationStarted,
  type Range,
} from "re-ops/protocol";
import { type LiveEvaluateResult, liveEvaluate, type Peer, PeerGoneError } from "re-ops/server";
import { rangeIn } from "re-ops/syntax";
import type { RecentDocuments } from "re-ops/syntax";
import { describeEnd } from "./live-end.ts";
import type { LiveSupervisor } from "./live-supervisor.ts";

export interface EvaluationsOptions {
  readonly supervisor: Pick<LiveSupervisor, "ready">;
  readonly sources: RecentDocuments;
  /** Milliseconds from any start. */
  readonly now: () => number;
  readonly onChange: () => void;
  /** Tells what must be known when the answer comes. */
  readonly beforeAnswer: () => void;
}

export interface Evaluations {
  evaluate(params: EvaluateRequest, client: Peer): Promise<EvaluateResult>;
  /** Those under way, of one client or of all. */
  pending(client?: Peer): readonly string[];
  /** What an evaluation comes to when its process is ended on its own behalf; false when it is not under way. */
  answer(evaluationId: string, result: Promise<Answered>): boolean;
  /** Remembers a run for the result of its evaluation, should the live process never tell. */
  addRun(evaluationId: string, runId: string): void;
}

interface Pending {
  readonly client: Peer;
  readonly runs: string[];
  answer?: Promise<Answered>;
}

type Answered = Omit<Extract<LiveEvaluateResult, { kind: "value" }>, "runs">;

type Answer = LiveEvaluateResult | { readonly kind: "lost"; readonly message: string };

export function createEvaluations(options: EvaluationsOptions): Evaluations {
  const pending = new Map<string, Pending>();

  async function evaluate(params: EvaluateRequest, client: Peer): Promise<EvaluateResult> {
    const { evaluationId, file } = params;
    const startedAt = options.now();
    const chosen = chooseRange(params, options.sources);
    const finish = (range: Range) => ({ range, ms: options.now() - startedAt });
    if ("error" in chosen) {
      return { kind: "error", error: chosen.error, runs: [], ...finish(params.selection) };
    }
    const own: Pending = { client, runs: [] };
    pending.set(evaluationId, own);
    options.onChange();
    try {
      // The request goes first; this still precedes all that the live process says, which is read in a later turn.
      setImmediate(() => {
        client.notify(evaluationStarted, { evaluationId, file, range: chosen });
      });
      const answer = await ask(params, chosen);
      options.beforeAnswer();
      if (answer.kind === "lost") {
        return { kind: "interrupted", message: answer.message, runs: own.runs, ...finish(chosen) };
      }
      if (answer.kind === "interrupted") {
        return { message: "Interrupted.", ...answer, ...finish(chosen) };
      }
      return { ...answer, ...finish(chosen) };
    } catch (error) {
      const mistake = atStart(params, chosen, `The live process cannot evaluate: ${String(error)}`);
      return { kind: "error", error: mistake, runs: own.runs, ...finish(chosen) };
    } finally {
      pending.delete(evaluationId);
      options.onChange();
    }
  }

  async function ask(params: EvaluateRequest, range: Range): Promise<Answer> {
    const { evaluationId, file, text, mode, report, localFolder } = params;
    const live = await options.supervisor.ready();
    try {
      const whole = mode === "file";
      const sent = live.texts.send(file, text);
      return await live.peer.request(liveEvaluate, {
        evaluationId,
        file,
        ...sent,
        range,
        whole,
        needs: mode === "needs",
        prelude: mode === "text",
        ...(report !== undefined && { report: { json: report === "runs and output" } }),
        ...(localFolder !== undefined && { localFolder }),
      });
    } catch (error) {
      if (!(error instanceof PeerGoneError)) throw error;
      const own = pending.get(evaluationId);
      if (own?.answer !== undefined) return { ...(await own.answer), runs: own.runs };
      return { kind: "lost", message: describeEnd(await live.ended) };
    }
  }

  return {
    evaluate,
    pending: (client) =>
      [...pending]
        .filter(([, own]) => client === undefined || own.client === client)
        .map(([evaluationId]) => evaluationId),
    answer(evaluationId, result) {
      const own = pending.get(evaluationId);
      if (own === undefined) return false;
      own.answer = result;
      result.catch(() => undefined); // told to whoever waits for the evaluation
      return true;
    },
    addRun(evaluationId, runId) {
      pending.get(evaluationId)?.runs.push(runId);
    },
  };
}

function chooseRange(
  params: EvaluateRequest,
  sources: RecentDocuments,
): Range | { readonly error: EvaluationError } {
  const { text, file, selection, mode } = params;
  if (mode === "file" || mode === "text") return { start: 0, end: text.length };
  return rangeIn(sources.read(file, text), selection, mode);
}

function atStart({ file, text }: EvaluateRequest, range: Range, message: string): EvaluationError {
  const before = text.slice(0, range.start).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  const next = "look into the server's log, or restart the live process";
  return { message, next, file, line: before.length, column, frames: [] };
}
