// Starts a pipeline: one run that goes from its source through its stages, over the engine port of the running evaluation.
import { randomUUID } from "node:crypto";
import { OPERATION, RUN, STAGE, hasBrand } from "../brand.ts";
import { currentEvaluation, inEvaluation, type Evaluation, type Place } from "../../port.ts";
import type { RunVerdict, StepResult } from "../../port.ts";
import { ProgramError } from "../program-error.ts";
import { afterCancel, afterStep, nobodyLeft } from "./advance.ts";
import { isOutcome, trailOf, type HostFailure, type HostResult, type Outcome } from "./outcome.ts";
import { ResultStream } from "./result-stream.ts";
import { describeStage, titleOf } from "./titles.ts";
import type { Operation, Run, Source } from "./types.ts";

export type AnyStage = (outcome: Outcome<unknown>) => unknown;

export function isOperation(value: unknown): value is Operation<unknown> {
  return hasBrand(value, OPERATION);
}

export function isRun(value: unknown): value is Run<unknown> {
  return hasBrand(value, RUN);
}

/** Starts a new run, now. */
export function start(
  source: Source<unknown>,
  stages: readonly AnyStage[],
  place: Place | undefined,
): Run<unknown> {
  checkSource(source);
  stages.forEach(checkStage);
  return new PipelineRun(source, stages, place);
}

/** What awaiting an operation does. */
export async function startOnce<T>(operation: Operation<T>, place: Place | undefined): Promise<Outcome<T>> {
  return (await start(operation, [], place)) as Outcome<T>;
}

class PipelineRun implements Run<unknown> {
  readonly id = randomUUID();
  readonly #stages: readonly AnyStage[];
  readonly #place: Place | undefined;
  readonly #evaluation: Evaluation;
  readonly #abort = new AbortController();
  readonly #stream = new ResultStream();
  readonly #lastOperation: number;
  readonly #done: Promise<Outcome<unknown>>;
  #steps = 0;
  #anyFailure = false;

  constructor(source: Source<unknown>, stages: readonly AnyStage[], place: Place | undefined) {
    const parent = currentEvaluation();
    this.#stages = stages;
    this.#place = place;
    this.#evaluation = {
      ...parent,
      runId: this.id,
      signal: AbortSignal.any([parent.signal, this.#abort.signal]),
    };
    this.#lastOperation = stages.findLastIndex(isOperationStage);
    this.#done = this.#run(source, parent);
    parent.onRun?.({ id: this.id, title: titleOf(source, stages), done: this.#done });
  }

  get [RUN](): true {
    return true;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a run is awaited for its outcome
  then<A = Outcome<unknown>, B = never>(
    onFulfilled?: ((outcome: Outcome<unknown>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#done.then(onFulfilled, onRejected);
  }

  [Symbol.asyncIterator](): AsyncIterator<HostResult<unknown> | HostFailure> {
    return this.#stream.iterate();
  }

  async cancel(reason = "cancelled by the program"): Promise<void> {
    this.#abort.abort(reason);
    await this.#evaluation.port.cancelRun(this.id, reason);
    await this.#done.catch(() => undefined); // a broken run is reported to whoever awaits the run itself
  }

  async #run(source: Source<unknown>, parent: Evaluation): Promise<Outcome<unknown>> {
    const { port } = parent;
    await port.startRun(
      {
        id: this.id,
        title: titleOf(source, this.#stages),
        ...(this.#place && { place: this.#place }),
        ...(parent.id !== undefined && { evaluationId: parent.id }),
        ...(parent.runId !== undefined && { parentId: parent.runId }),
      },
      (reason) => {
        this.#abort.abort(reason);
      },
    );
    const stop = this.#cancelWith(parent.signal);
    try {
      const outcome = await inEvaluation(this.#evaluation, () => this.#advance(source));
      this.#stream.end(outcome, this.#lastOperation < 0 && !isOperation(source));
      await port.endRun({ runId: this.id, verdict: this.#verdict(outcome) });
      return outcome;
    } catch (error) {
      this.#stream.fail(error);
      const message = error instanceof Error ? error.message : String(error);
      await port.endRun({ runId: this.id, verdict: "broken", message });
      throw error;
    } finally {
      stop();
    }
  }

  /** An interrupted evaluation cancels its runs, on the hosts too. */
  #cancelWith(signal: AbortSignal): () => void {
    const cancel = () => void this.cancel("interrupted");
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    return () => {
      signal.removeEventListener("abort", cancel);
    };
  }

  async #advance(source: Source<unknown>): Promise<Outcome<unknown>> {
    let outcome = await this.#begin(source);
    for (const [index, stage] of this.#stages.entries()) {
      if (trailOf(outcome).notMet) return outcome;
      if (this.#evaluation.signal.aborted) return afterCancel(outcome, describeStage(stage, index));
      if (nobodyLeft(outcome) && !isLookStage(stage)) continue;
      outcome = await this.#applyStage(stage, index, outcome);
    }
    return outcome;
  }

  async #begin(source: Source<unknown>): Promise<Outcome<unknown>> {
    if (isOperation(source)) return this.#step(source, this.#lastOperation < 0);
    const outcome = await this.#untilCancelled(source);
    if (isOutcome(outcome)) return outcome;
    if (!this.#evaluation.signal.aborted) throw notAnOutcome("the source", outcome);
    throw new ProgramError(
      "the run was cancelled before its source gave an outcome",
      "run it again",
    );
  }

  async #applyStage(stage: AnyStage, index: number, outcome: Outcome<unknown>): Promise<Outcome<unknown>> {
    const given = stage(outcome);
    if (isOperation(given) && isOperationStage(stage)) {
      return this.#step(given, index === this.#lastOperation);
    }
    const settled = await this.#untilCancelled(isOperation(given) ? start(given, [], this.#place) : given);
    if (settled === undefined && this.#evaluation.signal.aborted) {
      return afterCancel(outcome, describeStage(stage, index));
    }
    if (!isOutcome(settled)) throw notAnOutcome(describeStage(stage, index), settled);
    return settled;
  }

  /** What the value settles to, or nothing once the run is cancelled: a stage that never ends must not hold the run. */
  async #untilCancelled(value: unknown): Promise<unknown> {
    const { signal } = this.#evaluation;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const onAbort = () => {
      resolve(undefined);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([value, promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #step(operation: Operation<unknown>, streamed: boolean): Promise<Outcome<unknown>> {
    const results: StepResult[] = [];
    const { call, target } = operation;
    const place = this.#place;
    await this.#evaluation.port.runStep(
      {
        runId: this.id,
        index: this.#steps++,
        label: call.label,
        operation: call.name,
        script: call.script.text,
        answers: call.answers,
        target: { auth: target.auth, hosts: target.hosts, limits: target.limits },
        ...(place && { place }),
      },
      (batch) => {
        results.push(...batch);
        if (streamed) this.#stream.push(batch);
      },
    );
    this.#anyFailure ||= results.some((result) => result.kind !== "success");
    return afterStep(operation, results);
  }

  #verdict(outcome: Outcome<unknown>): RunVerdict {
    if (this.#evaluation.signal.aborted) return "cancelled";
    if (this.#anyFailure) return "failed";
    const nobodyAsked = trailOf(outcome).order.length === 0;
    if (trailOf(outcome).notMet || nobodyAsked) return "notMet";
    return nobodyLeft(outcome) ? "failed" : "succeeded";
  }
}

function isOperationStage(stage: AnyStage): boolean {
  return hasBrand(stage, STAGE) && stage[STAGE] === "operation";
}

function isLookStage(stage: AnyStage): boolean {
  return hasBrand(stage, STAGE) && stage[STAGE] === "look";
}

function checkSource(source: unknown): void {
  const thenable = typeof source === "object" && source !== null && "then" in source;
  if (isOperation(source) || isRun(source) || isOutcome(source) || thenable) return;
  const given = typeof source === "function" ? "a function" : `a value of type ${typeof source}`;
  throw new ProgramError(
    `run takes an operation on hosts, a run or an outcome as its first argument, not ${given}`,
    "give the operation its hosts, as in run(ls(hosts, \"/\"))",
  );
}

function checkStage(stage: unknown, index: number): void {
  if (typeof stage === "function") return;
  const given = isOperation(stage) ? "an operation that has its hosts already" : `a ${typeof stage}`;
  throw new ProgramError(
    `stage ${String(index + 1)} of run must be a function from outcome to outcome, not ${given}`,
    "leave the hosts out, as in run(ls(hosts, \"/\"), uptime())",
  );
}

function notAnOutcome(who: string, value: unknown): ProgramError {
  const given = value === undefined ? "nothing" : `a ${value === null ? "null" : typeof value}`;
  return new ProgramError(
    `${who} gave ${given} where an outcome is expected`,
    "return an outcome from the stage; to only look at it, use tap",
  );
}
