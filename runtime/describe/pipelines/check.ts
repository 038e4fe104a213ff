// Mistakes in what a pipeline is made of, told so that the reader knows what to write instead.
import { PICKER, hasBrand } from "../brand.ts";
import { isHosts } from "../hosts/hosts.ts";
import { ProgramError } from "../program-error.ts";
import type { Place } from "../place.ts";
import { isOperation, isRun } from "./kinds.ts";
import { asOutcome } from "./outcome.ts";

export function checkSource(source: unknown): void {
  const thenable = typeof source === "object" && source !== null && "then" in source;
  if (isOperation(source) || isRun(source) || asOutcome(source) !== undefined || thenable) return;
  throw new ProgramError(
    `run takes an operation on hosts, a run or an outcome as its first argument, not ${nameOf(source)}`,
    'give the operation its hosts, as in run(ls(hosts, "/"))',
  );
}

export function checkStage(stage: unknown, index: number): void {
  const which = `stage ${String(index + 1)} of run`;
  if (isOperation(stage)) {
    throw new ProgramError(
      `${which}, ${stage.call.label}, has its own hosts already`,
      `leave them out: inside a pipeline ${stage.call.name} takes the hosts that go on`,
    );
  }
  if (hasBrand(stage, PICKER)) {
    const { name } = stage as unknown as { name: string };
    throw new ProgramError(`${which} is ${name}, which only chooses`, `write pick(${name})`);
  }
  if (isUncalledOperation(stage)) {
    const { operationName } = stage;
    throw new ProgramError(
      `${which} is ${operationName} itself, not a call of it`,
      `write ${operationName}(…) with its arguments, without hosts`,
    );
  }
  if (typeof stage === "function") return;
  throw new ProgramError(
    `${which} must be a function from outcome to outcome, not ${nameOf(stage)}`,
    'write stages as in run(ls(hosts, "/"), pick(successful), pretty())',
  );
}

/** A stage, or the source, gave something else than an outcome. */
export function notAnOutcome(who: string, value: unknown, place: Place | undefined): ProgramError {
  const next =
    typeof value === "function"
      ? "a function came back: call it, as in pretty()"
      : "return an outcome from it; to only look at one, use tap; to change values, use convert";
  const what = `${who} gave ${nameOf(value)} where an outcome is expected`;
  return new ProgramError(what, next, place && { place });
}

function isUncalledOperation(stage: unknown): stage is { operationName: string } {
  return typeof stage === "function" && "operationName" in stage;
}

function nameOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (isHosts(value)) return "a Hosts";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
