// What a program on the command line comes to: told while it goes on, at its end, and as one document.
import { nameSome } from "../describe/hosts/name-some.ts";
import { Verdict } from "../in-process/exit-code.ts";
import type { EvaluationConsole } from "../port.ts";
import { cliResultSchema, type CliResult, type RunResult } from "../protocol/result.ts";
import { describeMistake, nameMistake, type Mistake } from "./mistake.ts";

export class Report {
  readonly #isJson: boolean;
  readonly #verdict = new Verdict();
  readonly #runs: RunResult[] = [];
  readonly #failed: string[] = [];
  #value: unknown;
  #mistake: Mistake | undefined;
  #hasPrinted = false;

  constructor({ json }: { readonly json: boolean }) {
    this.#isJson = json;
    for (const stream of [process.stdout, process.stderr]) stream.on("error", ignoreClosedPipe);
  }

  /** Whether the program itself has written anything. */
  get hasPrinted(): boolean {
    return this.#hasPrinted;
  }

  get exitCode(): number {
    return this.#verdict.exitCode;
  }

  /** With `--json` standard output belongs to the document. */
  readonly console: EvaluationConsole = {
    write: (stream, text) => {
      this.#hasPrinted = true;
      const goesOut = stream === "out" && !this.#isJson;
      process[goesOut ? "stdout" : "stderr"].write(text);
    },
  };

  /** The value as JSON, when it can be one; what JSON does not hold of it is told. */
  setValue({
    json,
    losses,
  }: {
    readonly json?: unknown;
    readonly losses: readonly string[];
  }): void {
    this.#value = json;
    if (losses.length > 0) {
      process.stderr.write(`re-ops: not in the value of the document: ${losses.join(", ")}\n`);
    }
  }

  addRun(run: RunResult): void {
    this.#verdict.addRun(run);
    if (this.#isJson) this.#runs.push(run);
    const names = run.hosts.filter((one) => one.kind !== "success").map((one) => one.host);
    const failed = [...new Set(names)].sort();
    if (failed.length > 0) this.#failed.push(`${run.title}: ${nameSome(failed, 10)} failed`);
  }

  /** Tells a mistake in the program at once; the first one stands in the document. */
  fail(mistake: Mistake): void {
    this.#verdict.addMistake();
    this.#tell(mistake);
  }

  /** It was broken off by no mistake of its own: what it would have come to is not known. */
  breakOff(message: string, next: string): void {
    this.#verdict.addBreak();
    this.#tell({ message, next, frames: [] });
  }

  /** Says which hosts failed. */
  tellFailed(): void {
    for (const line of this.#failed) process.stderr.write(`re-ops: ${line}\n`);
  }

  /** Says all there is to say, and sets the exit code; `otherwise` counts when all went well. */
  async finish(otherwise: number): Promise<void> {
    process.exitCode = this.exitCode || otherwise;
    this.tellFailed();
    await this.writeDocument();
    // Whoever ends the process now would lose what a slow reader has not taken yet.
    await Promise.all([writeAll(process.stdout, ""), writeAll(process.stderr, "")]);
  }

  /** With `--json`; the process may end before the promise does, when standard output is a file or a pipe. */
  async writeDocument(): Promise<void> {
    if (this.#isJson) await writeAll(process.stdout, this.#document());
  }

  #tell(mistake: Mistake): void {
    this.#mistake ??= mistake;
    process.stderr.write(`re-ops: ${describeMistake(mistake)}\n`);
  }

  #document(): string {
    const error = this.#mistake;
    const document: CliResult = {
      schema: "re-ops.result/1",
      exitCode: Number(process.exitCode),
      runs: this.#runs,
      ...(this.#value !== undefined && { value: this.#value }),
      ...(error && { error: inShort(error) }),
    };
    return `${JSON.stringify(cliResultSchema.parse(document), undefined, 2)}\n`;
  }
}

/** Whoever reads may go at any time, as `head` does: what runs on the hosts goes on, and the exit code tells of it. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error; // EIO: the terminal is gone
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

function writeAll(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => {
      resolve(); // what went wrong is told to the stream's listener
    });
  });
}
