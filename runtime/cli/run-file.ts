// `re-ops run FILE`: imports a file as Node does and calls one of its exports.
import { existsSync, realpathSync } from "node:fs";
import { registerHooks } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isOutcome } from "../describe/pipelines/outcome.ts";
import { ProgramError } from "../describe/program-error.ts";
import { captureConsole } from "../live/console/console.ts";
import { display } from "../live/display/display.ts";
import { settleValue } from "../live/values/settle-value.ts";
import { setFallbackEvaluation, type StartedRun } from "../port.ts";
import { mistakeOf } from "./mistake.ts";
import { Program } from "./program.ts";

export interface RunOptions {
  readonly file: string;
  /** Name of the export to call. */
  readonly call: string;
  /** What it is called with. */
  readonly words: readonly string[];
  readonly json: boolean;
}

export async function runFile({ file, call, words, json }: RunOptions): Promise<void> {
  const wanted = path.resolve(file);
  const real = existsSync(wanted) ? realpathSync(wanted) : wanted;
  const program = new Program({ directory: existsSync(real) ? path.dirname(real) : ".", json });
  const fail = (thrown: unknown) => {
    program.fail(mistakeOf(thrown, real));
  };
  beTheEvaluation(program, fail);
  if (json) captureAll(program);
  program.stopOnSignal();
  endOnMistakes(program, fail);
  try {
    const box = await callExport(real, call, words);
    program.setValue(box);
    // Whoever printed nothing still wants to know how it went.
    if (isOutcome(box.value) && !program.hasPrinted) {
      program.console.write("out", `${display(box.value).detail}\n`);
    }
  } catch (error) {
    fail(error);
  }
  process.once("beforeExit", () => void program.finish());
}

/** All code of this process is one evaluation: there is no other. */
function beTheEvaluation(program: Program, fail: (thrown: unknown) => void): void {
  const { signal, port, console } = program;
  setFallbackEvaluation(() => ({
    signal,
    port,
    console,
    onRun: (run) => void failUnheard(run, fail),
  }));
}

/** Standard output belongs to the document. */
function captureAll(program: Program): void {
  captureConsole({
    evaluationIdOf: () => "the program",
    onConsole: (_id, stream, text) => {
      program.console.write(stream, text);
    },
  });
}

/** A mistake in a run that nobody awaits a moment after it broke. */
async function failUnheard(run: StartedRun, fail: (thrown: unknown) => void): Promise<void> {
  await run.over;
  await new Promise(setImmediate);
  const mistake = run.unheardMistake();
  if (mistake !== undefined) fail(mistake.error);
}

/** What nobody catches ends the program, but not without stopping what it runs on the hosts. */
function endOnMistakes(program: Program, fail: (thrown: unknown) => void): void {
  const end = (thrown: unknown) => {
    fail(thrown);
    void program.end(new Error("the program has broken"));
  };
  process.once("uncaughtException", end);
  process.once("unhandledRejection", end);
  process.once("exit", (code) => {
    program.breakOff(code);
  });
}

/** In a box: a promise would start an operation that the export is or gives, before anybody says so. */
async function callExport(
  file: string,
  name: string,
  words: readonly string[],
): Promise<{ readonly value: unknown }> {
  if (!existsSync(file)) throw new ProgramError("there is no such file", "look at its path");
  const exports = await importBoxed(file);
  if (!Object.hasOwn(exports.box, name)) throw noSuchExport(name, Object.keys(exports.box));
  const exported = exports.box[name];
  const value = isPlainFunction(exported) ? exported(...words) : exported;
  if (words.length > 0 && !isPlainFunction(exported)) {
    const mend = "leave out what follows --, or export a function";
    throw new ProgramError(`${name} is no function that words could be given to`, mend);
  }
  const evaluated = { box: { value }, statement: "expression", names: [] } as const;
  return settleValue(evaluated, { file, text: "", start: 0 });
}

function isPlainFunction(value: unknown): value is (...words: string[]) => unknown {
  return typeof value === "function" && !("operationName" in value);
}

/** By way of a module of ours: awaiting an import calls an export named `then`. */
async function importBoxed(file: string): Promise<{ readonly box: Record<string, unknown> }> {
  resolveReOpsHere();
  const url = JSON.stringify(pathToFileURL(file).href);
  const code = `import * as box from ${url}; export { box };`;
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    box: Record<string, unknown>;
  };
}

/** `re-ops` in the file, and in packages that it imports, is this very library. */
function resolveReOpsHere(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const isOurs = specifier === "re-ops" || specifier.startsWith("re-ops/");
      return next(specifier, isOurs ? { ...context, parentURL: import.meta.url } : context);
    },
  });
}

function noSuchExport(name: string, names: readonly string[]): ProgramError {
  const [first] = names;
  return first === undefined
    ? new ProgramError(
        `it exports nothing, so there is no ${name} to call`,
        `export a function ${name}`,
      )
    : new ProgramError(`it has no export named ${name}`, `--call one of ${names.join(", ")}`);
}
