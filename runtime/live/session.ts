// One evaluation from request to result: starts what its value describes, waits for its runs, and hears of every mistake once.
import {
  inEvaluation,
  type EnginePort,
  type Evaluation,
  type EvaluationConsole,
  type StartedRun,
  type Workflow,
} from "../port.ts";
import type { EvaluationError } from "../protocol/evaluation.ts";
import { display } from "./display/display.ts";
import type { EvaluateRequest, EvaluateResult, Evaluator } from "./evaluator.ts";
import type { Evaluated } from "./evaluation.ts";
import type { Box } from "./values/box.ts";
import { notStarted, settleValue } from "./values/settle-value.ts";
import { traceLines } from "./mistakes/trace-text.ts";

export interface SessionTools {
  readonly evaluator: Pick<Evaluator, "evaluate" | "explain">;
  readonly port: EnginePort;
  readonly console: EvaluationConsole;
  readonly workflow?: Workflow;
  readonly localFolder?: string;
}

export type SessionResult = { readonly runs: readonly string[] } & (
  | {
      readonly kind: "value";
      readonly box: Box;
      readonly display: string;
      readonly detail: string;
      readonly note?: string;
    }
  | { readonly kind: "error"; readonly error: EvaluationError }
  | { readonly kind: "interrupted"; readonly message?: string }
);

export type SessionRequest = Omit<EvaluateRequest, "onForm">;

/**
 * An evaluation is over when its form has settled and the runs that it started are over; an interrupt settles it at once,
 * whatever the user's promises do. Later runs of its timers belong to nobody's result.
 */
export class Session {
  readonly id: string;
  readonly #tools: SessionTools;
  readonly #request: SessionRequest;
  readonly #abort = new AbortController();
  readonly #interrupted = Promise.withResolvers<SessionResult>();
  readonly #runs: StartedRun[] = [];
  readonly #remarks = new Set<string>();
  #isOver = false;
  #rejection: { readonly error: unknown } | undefined;

  constructor(request: SessionRequest, tools: SessionTools) {
    this.id = request.evaluationId;
    this.#request = request;
    this.#tools = tools;
  }

  /** Evaluates; never rejects. */
  async evaluate(): Promise<SessionResult> {
    const { port, workflow, console, localFolder } = this.#tools;
    const evaluation: Evaluation = {
      id: this.id,
      signal: this.#abort.signal,
      port,
      ...(workflow && { workflow }),
      ...(localFolder !== undefined && { localFolder }),
      console,
      onRun: (run) => {
        this.#take(run);
      },
      note: (remark) => {
        this.#note(remark);
      },
    };
    const result = await Promise.race([
      inEvaluation(evaluation, () => this.#evaluate()),
      this.#interrupted.promise,
    ]);
    this.#isOver = true;
    return result;
  }

  /** Aborts the signal, by which its runs are cancelled on their hosts, and settles; `message` says why, when nobody asked for it. */
  interrupt(message?: string): void {
    if (this.#isOver) return;
    const why = message === undefined ? {} : { message };
    this.#interrupted.resolve({ kind: "interrupted", runs: this.#runIds(), ...why });
    this.#abort.abort(new Error("interrupted"));
  }

  /** A rejection that user code of this evaluation left unhandled. */
  hear(error: unknown): void {
    if (this.#isOver) this.#print(error);
    else this.#rejection ??= { error };
  }

  #note(remark: string): void {
    if (this.#isOver && !this.#remarks.has(remark)) this.#tools.console.write("err", `${remark}\n`);
    this.#remarks.add(remark);
  }

  #take(run: StartedRun): void {
    if (!this.#isOver) this.#runs.push(run);
    void run.over.then(() => {
      const mistake = run.unheardMistake();
      if (this.#isOver && mistake !== undefined) this.#print(mistake.error);
    });
  }

  async #evaluate(): Promise<SessionResult> {
    const { evaluator } = this.#tools;
    try {
      const result = await evaluator.evaluate({
        ...this.#request,
        onForm: async (evaluated) => {
          await this.#settle(evaluated);
        },
      });
      if (result.kind === "error") return { ...result, runs: this.#runIds() };
      const box = await this.#settle(result);
      await this.#untilRunsAreOver();
      const mistake = this.#mistakeNobodyHeard();
      if (mistake === undefined) return this.#show(result, box);
      result.attempt?.fail();
      return mistake;
    } catch (error) {
      return this.#fail(error);
    }
  }

  async #settle(evaluated: Evaluated): Promise<Box> {
    try {
      return await settleValue(evaluated, this.#request);
    } catch (error) {
      evaluated.attempt?.fail();
      throw error;
    }
  }

  /** A stage of a run may start another one meanwhile. */
  async #untilRunsAreOver(): Promise<void> {
    for (const run of this.#runs) await run.over;
  }

  /** The first is the result; the others are printed, so that none is lost. */
  #mistakeNobodyHeard(): SessionResult | undefined {
    const unheard = [...this.#runs.map((run) => run.unheardMistake()), this.#rejection];
    const errors = new Set(unheard.flatMap((mistake) => (mistake ? [mistake.error] : [])));
    const [first, ...others] = errors;
    if (errors.size === 0) return undefined;
    for (const other of others) this.#print(other);
    return this.#fail(first);
  }

  #show(result: Extract<EvaluateResult, { kind: "value" }>, box: Box): SessionResult {
    const { line, detail } = this.#display(result, box);
    const notes = [result.note, notStarted(result), ...this.#remarks].filter(
      (note) => note !== undefined,
    );
    return {
      kind: "value",
      box,
      display: line,
      detail,
      runs: this.#runIds(),
      ...(notes.length > 0 && { note: notes.join("\n") }),
    };
  }

  #display({ statement, names }: Evaluated, box: Box): { line: string; detail: string } {
    if (box.value !== undefined) return display(box.value);
    if (statement === "declaration") return { line: nameSome(names), detail: names.join("\n") };
    return this.#runs.length > 0 ? { line: "", detail: "" } : display(undefined);
  }

  #fail(thrown: unknown): SessionResult {
    return { kind: "error", error: this.#explain(thrown), runs: this.#runIds() };
  }

  #explain(thrown: unknown): EvaluationError {
    return this.#tools.evaluator.explain(thrown, this.#request);
  }

  #print(thrown: unknown): void {
    if (this.#abort.signal.aborted) return; // whoever interrupted it expects what was under way to break
    const error = this.#explain(thrown);
    const { name, message, next, file, line } = error;
    const what = name === undefined ? message : `${name}: ${message}`;
    const mend = next === undefined ? "" : ` - ${next}`;
    const trace = traceLines(error).map((one) => `${one}\n`);
    this.#tools.console.write(
      "err",
      `${what}${mend}\n    at ${file}:${String(line)}\n${trace.join("")}`,
    );
  }

  #runIds(): string[] {
    return this.#runs.map((run) => run.id);
  }
}

function nameSome(names: readonly string[]): string {
  const some = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${some} and ${String(names.length - 5)} more` : some;
}
