// operation: makes a named piece of shell usable in both forms, as the source of a pipeline and as a stage in one.
import { inspect } from "node:util";
import { OPERATION, STAGE } from "../brand.ts";
import { isHosts, type Hosts } from "../hosts/hosts.ts";
import type { Copied, Outcome, ShellValue } from "../pipelines/outcome.ts";
import { callSite, type Place } from "../place.ts";
import { isOperation } from "../pipelines/kinds.ts";
import { startOnce } from "../pipelines/start.ts";
import { describeCall } from "../pipelines/titles.ts";
import type { Dual, DualOf, Operation, OperationCall, OperationStage } from "../pipelines/types.ts";
import { ProgramError } from "../program-error.ts";
import { isScript, script, type Script } from "../script/script.ts";
import type { TransferDescription } from "../../port.ts";

export interface OperationOptions {
  /** One sentence for hover and completion. */
  readonly doc?: string;
  /** Exit codes besides 0 that are an answer, such as 1 of `grep`. */
  readonly answers?: readonly number[];
}

/**
 * Makes an operation from a name and a function that gives a script. `name(hosts, …)` is a source, `name(…)` a stage.
 * The function's own first parameter may not accept a `Hosts`.
 *
 * @example
 * const uptime = operation("uptime", (flags = "") => sh`uptime ${flags}`, { doc: "How long each host is up." });
 */
export function operation<F extends (...args: never[]) => Script>(
  name: string,
  body: F,
  options: OperationOptions = {},
): DualOf<F> {
  const call = (args: unknown[]): OperationCall => {
    const made: unknown = (body as unknown as (...given: unknown[]) => unknown)(...args);
    if (!isScript(made)) {
      throw new ProgramError(
        `the body of operation ${name} must return a script, not ${inspect(made, { depth: 0 })}`,
        "return sh`…` from it, and use convert to work on its result",
      );
    }
    return { name, label: labelOf(name, args), script: made, answers: options.answers ?? [] };
  };
  return makeDual(name, options.doc ?? "", call) as unknown as DualOf<F>;
}

/** An operation of which each host runs no script of the author's, but is copied to or from. */
export function transferOperation<P extends unknown[]>(
  name: string,
  doc: string,
  describe: (...args: P) => TransferDescription,
): Dual<P, Copied> {
  const call = (args: unknown[]): OperationCall => {
    const transfer = describe(...(args as P));
    return { name, label: labelOf(name, args), script: script(""), transfer, answers: [] };
  };
  return makeDual(name, doc, call) as unknown as Dual<P, Copied>;
}

function makeDual(name: string, doc: string, call: (args: unknown[]) => OperationCall): object {
  const dual = (...args: unknown[]) => {
    const [first, ...rest] = args;
    if (isHosts(first)) return describeOperation(call(rest), first);
    return makeStage(call(args));
  };
  Object.defineProperty(dual, "name", { value: name });
  return Object.assign(dual, { operationName: name, doc });
}

/** The same operation, in whichever form, with something else asked for; as a stage it is called what `rename` says. */
export function withCall(
  given: Operation<unknown> | OperationStage<unknown>,
  change: (call: OperationCall) => OperationCall,
  rename = (name: string) => name,
): Operation<unknown> | OperationStage<unknown> {
  if (isOperation(given)) return describeOperation(change(given.call), given.target, given.before);
  const stage = (outcome: Outcome<unknown>) => {
    const { call, target, before } = given(outcome);
    return describeOperation(change(call), target, before);
  };
  Object.defineProperty(stage, "name", { value: rename(given.name) });
  return Object.assign(stage, { [STAGE]: "operation" as const });
}

function makeStage(call: OperationCall): OperationStage<ShellValue> {
  const stage = (outcome: Outcome<unknown>) => describeOperation(call, outcome.hosts, outcome);
  Object.defineProperty(stage, "name", { value: call.label });
  return Object.assign(stage, { [STAGE]: "operation" as const });
}

function describeOperation(
  call: OperationCall,
  target: Hosts,
  before?: Outcome<unknown>,
): Operation<ShellValue> {
  return new DescribedOperation(call, target, before);
}

/** An awaitable value: awaiting it starts it once; a second await says where the first was. */
class DescribedOperation implements Operation<ShellValue> {
  readonly call: OperationCall;
  readonly target: Hosts;
  readonly before?: Outcome<unknown>;
  #startedAt: Place | "somewhere" | undefined;

  constructor(call: OperationCall, target: Hosts, before: Outcome<unknown> | undefined) {
    this.call = call;
    this.target = target;
    if (before !== undefined) this.before = before;
  }

  get [OPERATION](): true {
    return true;
  }

  /** A getter, because `await` reads it while the user's own line is still on the stack, and calls it when no longer. */
  // oxlint-disable-next-line unicorn/no-thenable -- awaiting an operation is how it is started once
  get then(): PromiseLike<Outcome<ShellValue>>["then"] {
    const place = callSite();
    return (onFulfilled, onRejected) => this.#start(place).then(onFulfilled, onRejected);
  }

  [inspect.custom](): string {
    return `not started: ${describeCall(this)}`;
  }

  #start(place: Place | undefined): Promise<Outcome<ShellValue>> {
    if (this.#startedAt !== undefined)
      return Promise.reject(this.#awaitedTwice(this.#startedAt, place));
    this.#startedAt = place ?? "somewhere";
    return startOnce(this, place);
  }

  #awaitedTwice(first: Place | "somewhere", place: Place | undefined): ProgramError {
    const where = first === "somewhere" ? "" : ` at ${first.file}:${String(first.line)}`;
    return new ProgramError(
      `${describeCall(this)} was awaited before${where}`,
      "use run(operation) to run it again, or keep the outcome of the first await",
      place && { place },
    );
  }
}

function labelOf(name: string, args: readonly unknown[]): string {
  const words = args.filter((arg) => arg !== undefined && arg !== "").map(labelWord);
  return [name, ...words].join(" ");
}

function labelWord(arg: unknown): string {
  const text = typeof arg === "string" ? arg : inspect(arg, { depth: 0, breakLength: Infinity });
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
