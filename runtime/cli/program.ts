// One program on the command line: its engine, its console, what stops it, and how it ends.
import { Verdict } from "../in-process/exit-code.ts";
import { describeCancel } from "../in-process/cancel-words.ts";
import { lazyEngine } from "../in-process/lazy-engine.ts";
import { recordRuns, type RecordedRun } from "../in-process/run-recorder.ts";
import { exitCodeOfSignal, onStopSignal } from "../in-process/stop-signals.ts";
import type { CancelReport, EnginePort, EvaluationConsole } from "../port.ts";
import { cliResultSchema, type CliResult } from "../protocol/result.ts";
import { toJsonValue } from "./json-value.ts";
import { describeMistake, nameMistake, type Mistake } from "./mistake.ts";

export interface ProgramOptions {
  /** Decides the project whose journal is written. */
  readonly directory: string;
  readonly json: boolean;
}

export class Program {
  readonly port: EnginePort;
  readonly #options: ProgramOptions;
  readonly #engine;
  readonly #recorder;
  readonly #verdict = new Verdict();
  readonly #abort = new AbortController();
  readonly #runs: RecordedRun[] = [];
  readonly #cancels: CancelReport[] = [];
  readonly #failed: string[] = [];
  #value: { readonly value: unknown } | undefined;
  #mistake: Mistake | undefined;
  #hasPrinted = false;
  #isOver = false;
  #stoppedBy: NodeJS.Signals | undefined;
  #stopping: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.#engine = lazyEngine(options.directory, process.env);
    this.#recorder = recordRuns(this.#engine.port, {
      keepOutput: options.json,
      onOver: (run) => {
        this.#take(run);
      },
      onCancelled: (report) => this.#cancels.push(report),
    });
    this.port = this.#recorder.port;
    for (const stream of [process.stdout, process.stderr]) stream.on("error", ignoreClosedPipe);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether the program itself has written anything. */
  get hasPrinted(): boolean {
    return this.#hasPrinted;
  }

  /** With `--json` standard output belongs to the document. */
  readonly console: EvaluationConsole = {
    write: (stream, text) => {
      this.#hasPrinted = true;
      const goesOut = stream === "out" && !this.#options.json;
      process[goesOut ? "stdout" : "stderr"].write(text);
    },
  };

  setValue(value: { readonly value: unknown }): void {
    this.#value = value;
  }

  /** Tells a mistake in the program at once; the first one stands in the document. */
  fail(mistake: Mistake): void {
    this.#verdict.addMistake();
    this.#mistake ??= mistake;
    process.stderr.write(`re-ops: ${describeMistake(mistake)}\n`);
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
    const bySignal = this.#stoppedBy === undefined ? 0 : exitCodeOfSignal(this.#stoppedBy);
    process.exitCode = this.#verdict.exitCode || bySignal;
    this.#tellFailed();
    if (this.#options.json) await writeOut(this.#document());
    this.#isOver = true;
  }

  /** The program ends itself by `process.exit`: what is known is told, and what it ran is left to itself. */
  breakOff(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const underWay = this.#recorder.underWay();
    for (const run of underWay) this.#take(run);
    this.#tellFailed();
    for (const { title } of underWay) process.stderr.write(`re-ops: ${title}: ${LEFT_ALONE}\n`);
    process.exitCode = Math.max(code, this.#verdict.exitCode);
    if (this.#options.json) process.stdout.write(this.#document());
  }

  #take(run: RecordedRun): void {
    this.#verdict.addRun(run);
    if (this.#options.json) this.#runs.push(run);
    const names = run.hosts.filter((one) => one.kind !== "success").map((one) => one.host);
    const failed = [...new Set(names)].sort();
    if (failed.length > 0) this.#failed.push(`${run.title}: ${failedHosts(failed)} failed`);
  }

  #tellFailed(): void {
    for (const line of this.#failed) process.stderr.write(`re-ops: ${line}\n`);
  }

  #document(): string {
    const error = this.#mistake;
    const value = this.#value && toJsonValue(this.#value.value);
    const document: CliResult = {
      schema: "re-ops.result/1",
      exitCode: Number(process.exitCode),
      runs: this.#runs,
      ...(value !== undefined && { value }),
      ...(error && { error: inShort(error) }),
    };
    return `${JSON.stringify(cliResultSchema.parse(document), undefined, 2)}\n`;
  }
}

const LEFT_ALONE =
  "the program ended while this was under way; look on its hosts, where it may still run";

/** Whoever reads may go at any time, as `head` does: what runs on the hosts goes on, and the exit code tells of it. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

function failedHosts(hosts: readonly string[]): string {
  const some = hosts.slice(0, 10).join(", ");
  return hosts.length > 10 ? `${some} and ${String(hosts.length - 10)} more` : some;
}

function inShort({
  message,
  name,
  next,
  file,
  line,
  column,
}: Mistake): NonNullable<CliResult["error"]> {
  const what = nameMistake({ message, name });
  const where =
    file === undefined || line === undefined ? file : `${file}:${String(line)}:${String(column)}`;
  return {
    message: where === undefined ? what : `${what} (${where})`,
    ...(next !== undefined && { next }),
  };
}

function writeOut(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => {
      resolve(); // what went wrong is told to the stream's listener
    });
  });
}
