// A run under way: does its steps, cancels them, and writes what happens to its record, the journal and the listeners.
import type {
  CancelReport,
  RunDescription,
  RunEnd,
  StepDescription,
  StepEnd,
  StepResult,
} from "../../port.ts";
import type { RunState } from "../../protocol/runs.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunChanges } from "./changes.ts";
import { type AskedTime, createAskedTime } from "./asked-time.ts";
import { RunRecord } from "./run-record.ts";
import { doStep, type StepTools } from "./step.ts";
import { limitTotalTime } from "./total-time.ts";

export interface RunTools extends Omit<StepTools, "asked"> {
  readonly journal: Journal;
  readonly changes: RunChanges;
}

type Survivor = CancelReport["survivors"][number];

export class ActiveRun {
  readonly record: RunRecord;
  readonly #tools: RunTools;
  readonly #onCancel: (reason: string) => void;
  readonly #onEnd: () => void;
  readonly #abort = new AbortController();
  readonly #begunMs: number;
  readonly #asked: AskedTime;
  readonly #ended = Promise.withResolvers<undefined>();
  readonly #survivors: Survivor[] = [];
  /** Never rejects. */
  #underWay: Promise<unknown> = Promise.resolve();
  #lastStep: StepDescription | undefined;
  #phase: "step" | "stage" = "stage";
  #stopped = 0;
  #journalIsLost = false;

  constructor(
    description: RunDescription,
    tools: RunTools,
    onCancel: (reason: string) => void,
    onEnd: () => void,
    outer?: AskedTime,
  ) {
    const now = tools.clock.now();
    this.record = new RunRecord(description, now);
    this.#begunMs = tools.clock.elapsed();
    this.#asked = createAskedTime(tools.clock, outer);
    this.#tools = tools;
    this.#onCancel = onCancel;
    this.#onEnd = onEnd;
    tools.journal.startRun(description, now);
    tools.changes.runChanged(this.record);
  }

  /** Resolves when the run is over. */
  get ended(): Promise<unknown> {
    return this.#ended.promise;
  }

  /** In which it waits for a person. */
  get asked(): AskedTime {
    return this.#asked;
  }

  get phase(): "step" | "stage" {
    return this.#phase;
  }

  async step(
    step: StepDescription,
    onResults: (results: readonly StepResult[]) => void,
  ): Promise<StepEnd> {
    const { journal, clock, changes } = this.#tools;
    this.#lastStep = step;
    this.#write(() => {
      journal.startStep(step, clock.now());
    });
    this.record.startStep(step);
    changes.runChanged(this.record, step.target.hosts);
    const runMs = clock.elapsed() - this.#begunMs - this.#asked.ms();
    const isPaused = () => this.#asked.isUnderWay();
    const limited = limitTotalTime(step, { runMs, isPaused }, this.#abort.signal, clock);
    const done = doStep(step, limited.signal, this.#stepTools(), {
      hostStarted: (host, output) => {
        this.record.startHost(step, host, output);
        changes.runChanged(this.record, [host]);
      },
      hostOutput: (host) => {
        changes.moreOutput(this.record.id, host);
      },
      hostEnded: (result, output) => {
        this.#write(() => {
          journal.endHost(this.record.id, step.index, result, output.cut, clock.now());
        });
        this.record.endHost(step, result);
        changes.runChanged(this.record, [result.host]);
        changes.moreOutput(this.record.id, result.host);
        onResults([result]);
      },
      hostStopped: () => {
        this.#stopped += 1;
      },
      hostSurvived: (host, pid, message) => {
        this.#survivors.push({ host, message, ...(pid !== undefined && { pid }) });
      },
    });
    this.#underWay = done.catch(() => undefined); // Whoever asked for the step is told.
    this.#phase = "step";
    try {
      await done;
    } finally {
      limited.forget();
      this.#phase = "stage";
    }
    return { cancelled: this.#abort.signal.aborted };
  }

  #stepTools(): StepTools {
    return { ...this.#tools, evaluationId: this.record.evaluationId, asked: this.#asked };
  }

  end({ verdict, message }: Pick<RunEnd, "verdict" | "message">): void {
    this.#end(verdict, message);
  }

  /** Stops what runs on the hosts; resolves when that was checked. When it is over, tells what was stopped of it. */
  async cancel(reason: string): Promise<CancelReport> {
    if (this.record.state === "running" && !this.#abort.signal.aborted) {
      this.#abort.abort(reason);
      this.#onCancel(reason);
    }
    await this.#underWay;
    return { stopped: this.#stopped, survivors: this.#survivors };
  }

  /** The process that knows the next stages is gone: the step under way ends, nothing comes after it. */
  async abandon(reason: string): Promise<void> {
    await this.#underWay;
    const after = this.#lastStep
      ? `interrupted after step ${String(this.#lastStep.index + 1)} (${this.#lastStep.label})`
      : "interrupted before its first step";
    this.#end(this.#abort.signal.aborted ? "cancelled" : "interrupted", `${after}: ${reason}`);
  }

  #end(state: RunState, message: string | undefined): void {
    if (this.record.state !== "running") return;
    const { journal, clock, changes } = this.#tools;
    const now = clock.now();
    this.record.end(state, message, now);
    this.#write(() => {
      journal.endRun(this.record.id, state, message, now);
    });
    changes.runChanged(this.record);
    this.#onEnd();
    this.#ended.resolve(undefined);
  }

  /** A full disk must not cost the results of hosts that are under way: it is told, and the run goes on. */
  #write(write: () => void): void {
    if (this.#journalIsLost) return;
    try {
      write();
    } catch (error) {
      this.#journalIsLost = true;
      const why = error instanceof Error ? error.message : String(error);
      this.#tools.onProblem(
        `the journal cannot be written (${why}), so the history of run ${this.record.id} stays incomplete - make room on the disk of the state folder`,
      );
    }
  }
}
