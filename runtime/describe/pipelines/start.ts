// Starts a pipeline: one run that goes from its source through its stages, over the engine port of the running evaluation.
import { randomUUID } from "node:crypto";
import { RUN } from "../brand.ts";
import { currentEvaluation, inEvaluation, type Evaluation } from "../../port.ts";
import type { RunDescription, RunVerdict, StepResult } from "../../port.ts";
import { apart } from "../apart.ts";
import { ProgramError } from "../program-error.ts";
import { afterCancel, afterStep, cancelledBefore, nobodyLeft } from "./advance.ts";
import { checkSource, checkStage, notAnOutcome } from "./check.ts";
import {
  isLookStage,
  isOperation,
  isOperationStage,
  isPickerStage,
  type AnyStage,
} from "./kinds.ts";
import {
  asOutcome,
  asSource,
  inRunOf,
  trailOf,
  type HostFailure,
  type HostResult,
  type Outcome,
} from "./outcome.ts";
import { ResultStream } from "./result-stream.ts";
import type { Place } from "../place.ts";
import { placeOfFunction } from "./stage-place.ts";
import { describeStage, titleOf } from "./titles.ts";
import type { Operation, Run, Source } from "./types.ts";

/** Starts a new run, now. */
export function start(
  source: Source<unknown>,
  stages: readonly AnyStage[],
  place: Place | undefined,
): Run<unknown> {
  checkSource(source);
  for (const [index, stage] of stages.entries()) checkStage(stage, index);
  return new PipelineRun(source, stages, place);
}

/** What awaiting an operation does. */
export async function startOnce<T>(
  operation: Operation<T>,
  place: Place | undefined,
): Promise<Outcome<T>> {
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
  /** Whether anybody awaited or iterated the run, and so hears of a mistake in it. */
  #heard = false;
  #mistake: { readonly error: unknown } | undefined;

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
    this.#announce(parent, titleOf(source, stages));
  }

  get [RUN](): true {
    return true;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a run is awaited for its outcome
  then<A = Outcome<unknown>, B = never>(
    onFulfilled?: ((outcome: Outcome<unknown>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#heard = true;
    return this.#done.then(onFulfilled, onRejected);
  }

  [Symbol.asyncIterator](): AsyncIterator<HostResult<unknown> | HostFailure> {
    this.#heard = true;
    this.#done.catch(() => undefined); // the iterator throws it
    return this.#stream.iterate();
  }

  async cancel(reason = "cancelled by the program"): Promise<void> {
    this.#abort.abort(reason);
    await this.#evaluation.port.cancelRun(this.id, reason);
    await this.#done.catch(() => undefined); // whoever awaits the run itself hears of a mistake in it
  }

  /** Tells the evaluation; from then on it reports a mistake that nobody else hears of. */
  #announce(parent: Evaluation, title: string): void {
    if (parent.onRun === undefined) return;
    const over = this.#done.then(
      () => undefined,
      () => undefined,
    );
    parent.onRun({
      id: this.id,
      title,
      over,
      unheardMistake: () => (this.#heard ? undefined : this.#mistake),
    });
  }

  async #run(source: Source<unknown>, parent: Evaluation): Promise<Outcome<unknown>> {
    try {
      await parent.port.startRun(this.#describe(source, parent), (reason) => {
        this.#abort.abort(reason);
      });
      const outcome = await this.#pipeline(source, parent);
      this.#stream.end(outcome, this.#lastOperation < 0 && !isOperation(source));
      return outcome;
    } catch (error) {
      this.#mistake = { error };
      this.#stream.fail(error);
      throw error;
    }
  }

  #describe(source: Source<unknown>, parent: Evaluation): RunDescription {
    return {
      id: this.id,
      title: titleOf(source, this.#stages),
      ...(this.#place && { place: this.#place }),
      ...(parent.id !== undefined && { evaluationId: parent.id }),
      ...(parent.runId !== undefined && { parentId: parent.runId }),
      ...(parent.localFolder !== undefined && { localFolder: parent.localFolder }),
    };
  }

  async #pipeline(source: Source<unknown>, parent: Evaluation): Promise<Outcome<unknown>> {
    const stop = this.#cancelWith(parent.signal);
    try {
      const outcome = await inEvaluation(this.#evaluation, () => this.#advance(source));
      await parent.port.endRun({ runId: this.id, verdict: this.#verdict(outcome) });
      return outcome;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const end = { runId: this.id, verdict: "broken", message } as const;
      await parent.port.endRun(end).catch(() => undefined); // the mistake itself matters more
      throw error;
    } finally {
      stop();
    }
  }

  /** An interrupted evaluation cancels its runs, on the hosts too. */
  #cancelWith(signal: AbortSignal): () => void {
    const cancel = () => {
      this.cancel("interrupted").catch(() => undefined); // the engine is gone, and what it ran with it
    };
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    return () => {
      signal.removeEventListener("abort", cancel);
    };
  }

  /** Stages that only look still do so when nobody is left, also after a cancel: a summary says what became of each host. */
  async #advance(source: Source<unknown>): Promise<Outcome<unknown>> {
    let outcome = await this.#begin(source);
    for (const [index, stage] of this.#stages.entries()) {
      if (trailOf(outcome).notMet) return outcome;
      if (isLookStage(stage)) outcome = await this.#applyStage(stage, index, outcome);
      else if (this.#cancelled) outcome = afterCancel(outcome, describeStage(stage, index));
      else if (concerns(stage, outcome)) outcome = await this.#applyStage(stage, index, outcome);
    }
    return outcome;
  }

  get #cancelled(): boolean {
    return this.#evaluation.signal.aborted;
  }

  async #begin(source: Source<unknown>): Promise<Outcome<unknown>> {
    if (isOperation(source)) {
      if (this.#cancelled) return cancelledBefore(source);
      return this.#step(source, this.#lastOperation < 0);
    }
    const given = await this.#untilCancelled(source);
    const outcome = asOutcome(given);
    if (outcome !== undefined) return asSource(outcome);
    if (!this.#cancelled) throw notAnOutcome("the source of run", given, this.#place);
    throw new ProgramError(
      "the run was cancelled before its source gave an outcome",
      "run it again",
    );
  }

  async #applyStage(
    stage: AnyStage,
    index: number,
    outcome: Outcome<unknown>,
  ): Promise<Outcome<unknown>> {
    const called = await apart(this.#evaluation.signal, () => stage(outcome));
    if (called === undefined) return afterCancel(outcome, describeStage(stage, index));
    const given = called.value;
    if (isOperation(given) && isOperationStage(stage)) {
      return this.#step(given, index === this.#lastOperation);
    }
    const settled = await this.#untilCancelled(
      isOperation(given) ? start(given, [], this.#place) : given,
    );
    if (settled === undefined && this.#cancelled) {
      return afterCancel(outcome, describeStage(stage, index));
    }
    const next = asOutcome(settled, outcome);
    if (next !== undefined) return inRunOf(outcome, next);
    throw notAnOutcome(describeStage(stage, index), settled, placeOfFunction(stage) ?? this.#place);
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
    const end = await this.#evaluation.port.runStep(
      {
        runId: this.id,
        index: this.#steps++,
        label: call.label,
        operation: call.name,
        script: call.script.text,
        ...(call.transfer && { transfer: call.transfer }),
        ...(call.script.secrets && { secrets: call.script.secrets }),
        ...(call.sudo && { sudo: call.sudo }),
        answers: call.answers,
        target: { auth: target.auth, hosts: target.hosts, limits: target.limits },
        ...(call.limits && { limits: call.limits }),
        ...(place && { place }),
      },
      (batch) => {
        results.push(...batch);
        if (streamed) this.#stream.push(batch);
      },
    );
    if (end.cancelled && !this.#cancelled) this.#abort.abort("cancelled");
    this.#anyFailure ||= results.some((result) => result.kind !== "success");
    return afterStep(operation, results);
  }

  #verdict(outcome: Outcome<unknown>): RunVerdict {
    if (this.#cancelled) return "cancelled";
    if (this.#anyFailure || outcome.failure.length > 0) return "failed";
    const { notMet, ended, order } = trailOf(outcome);
    if (notMet || ended !== undefined || order.length === 0) return "notMet";
    return nobodyLeft(outcome) ? "failed" : "succeeded";
  }
}

/** Hosts that failed can be picked where nobody is left. */
function concerns(stage: AnyStage, outcome: Outcome<unknown>): boolean {
  if (!nobodyLeft(outcome)) return true;
  return isPickerStage(stage) && outcome.failure.length > 0;
}
