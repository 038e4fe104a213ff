// One program on the command line in its own process: its engine, what stops it, and how it ends.
import { describeCancel, describeLeft } from "../in-process/cancel-words.ts";
import { lazyEngine } from "../in-process/lazy-engine.ts";
import { recordRuns } from "../in-process/run-recorder.ts";
import { exitCodeOfSignal, onStopSignal } from "../in-process/stop-signals.ts";
import { toJson } from "../live/display/json-text.ts";
import type { CancelReport, EnginePort, EvaluationConsole } from "../port.ts";
import type { Mistake } from "./mistake.ts";
import { Report } from "./report.ts";

export interface ProgramOptions {
  /** Decides the project whose journal is written. */
  readonly directory: string;
  readonly json: boolean;
}

export class Program {
  readonly port: EnginePort;
  readonly console: EvaluationConsole;
  readonly #options: ProgramOptions;
  readonly #engine;
  readonly #recorder;
  readonly #report: Report;
  readonly #abort = new AbortController();
  readonly #cancels: CancelReport[] = [];
  #isOver = false;
  #stoppedBy: NodeJS.Signals | undefined;
  #stopping: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.#report = new Report(options);
    this.console = this.#report.console;
    this.#engine = lazyEngine(options.directory, process.env);
    this.#recorder = recordRuns(this.#engine.port, {
      keepOutput: options.json,
      onOver: (run) => {
        this.#report.addRun(run);
      },
      onCancelled: (report) => this.#cancels.push(report),
    });
    this.port = this.#recorder.port;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether the program itself has written anything. */
  get hasPrinted(): boolean {
    return this.#report.hasPrinted;
  }

  setValue({ value }: { readonly value: unknown }): void {
    if (this.#options.json) this.#report.setValue(toJson(value));
  }

  /** Tells a mistake in the program at once; the first one stands in the document. */
  fail(mistake: Mistake): void {
    this.#report.fail(mistake);
  }

  /** Cancels what runs at the first SIGINT or SIGTERM, and ends the process when that was checked. */
  stopOnSignal(): void {
    onStopSignal((signal) => {
      this.#stoppedBy = signal;
      void this.end(new Error(signal));
    });
  }

  /** Cancels what runs on the hosts, tells what came of it, and ends the process. */
  async end(reason: Error): Promise<never> {
    this.#stopping = this.#stop(reason);
    await this.finish();
    process.exit();
  }

  /** Waits for the runs under way, closes the engine, says how it went, and sets the exit code. */
  finish(): Promise<void> {
    return (this.#finishing ??= this.#finish());
  }

  async #stop(reason: Error): Promise<void> {
    if (this.#recorder.underWay().length > 0) {
      process.stderr.write("re-ops: stopping what runs on the hosts\n");
    }
    this.#abort.abort(reason);
    await this.#recorder.untilIdle();
    if (this.#cancels.length > 0)
      process.stderr.write(`re-ops: ${describeCancel(this.#cancels)}\n`);
  }

  async #finish(): Promise<void> {
    await this.#recorder.untilIdle();
    await this.#stopping;
    await this.#engine.dispose();
    await this.#report.finish(
      this.#stoppedBy === undefined ? 0 : exitCodeOfSignal(this.#stoppedBy),
    );
    this.#isOver = true;
  }

  /** The program ends itself by `process.exit`: what is known is told, and what it ran is left to itself. */
  breakOff(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const underWay = this.#recorder.underWay();
    for (const run of underWay) this.#report.addRun(run);
    this.#report.tellFailed();
    for (const line of describeLeft(underWay, this.#engine))
      process.stderr.write(`re-ops: ${line}\n`);
    process.exitCode = Math.max(code, this.#report.exitCode);
    void this.#report.writeDocument();
  }
}
