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
  readonly #stop = new AbortController();
  readonly #runs: RecordedRun[] = [];
  readonly #cancels: CancelReport[] = [];
  readonly #failed: string[] = [];
  #value: { readonly value: unknown } | undefined;
  #mistake: Mistake | undefined;
  #hasPrinted = false;
  #isOver = false;

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
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
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
      void this.stop(new Error(signal)).then(async () => {
        await this.finish();
        process.exit(process.exitCode === 0 ? exitCodeOfSignal(signal) : process.exitCode);
      });
    });
  }

  /** Cancels what runs on the hosts, and tells what came of it. */
  async stop(reason: Error): Promise<void> {
    if (this.#recorder.underWay().length > 0) {
      process.stderr.write("re-ops: stopping what runs on the hosts\n");
    }
    this.#stop.abort(reason);
    await this.#recorder.untilIdle();
    if (this.#cancels.length > 0)
      process.stderr.write(`re-ops: ${describeCancel(this.#cancels)}\n`);
  }

  /** Waits for the runs under way, closes the engine, says how it went, and sets the exit code. */
  async finish(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#recorder.untilIdle();
    await this.#engine.dispose();
    process.exitCode = this.#verdict.exitCode;
    for (const line of this.#failed) process.stderr.write(`re-ops: ${line}\n`);
    if (this.#options.json) await writeOut(this.#document());
  }

  /** The program ends itself by `process.exit`: what is known is told, and what it ran is left to itself. */
  breakOff(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const run of this.#recorder.underWay()) this.#take(run);
    process.exitCode = Math.max(code, this.#verdict.exitCode);
    if (this.#options.json) process.stdout.write(this.#document());
  }

  #take(run: RecordedRun): void {
    this.#verdict.addRun(run);
    if (this.#options.json) this.#runs.push(run);
    const failed = [
      ...new Set(run.hosts.flatMap((one) => (one.kind === "success" ? [] : [one.host]))),
    ];
    if (failed.length > 0) this.#failed.push(`${run.title}: ${failedHosts(failed)} failed`);
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
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
