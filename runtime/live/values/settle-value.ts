// What the value of a form means: an operation that stands alone is started, a run and a promise are awaited, all else is itself.
import { types } from "node:util";
import { isOperation, isRun } from "../../describe/pipelines/kinds.ts";
import { start } from "../../describe/pipelines/start.ts";
import { describeCall } from "../../describe/pipelines/titles.ts";
import type { Operation } from "../../describe/pipelines/types.ts";
import type { Place } from "../../describe/place.ts";
import type { Evaluated } from "../evaluation.ts";
import type { EvaluateRequest } from "../evaluator.ts";
import type { Box } from "./box.ts";

/** Items of an array or object that are looked through for operations. */
const MOST_ITEMS = 1000;

/** The value that people wait for, in a box, because a promise would start an operation. Rejects as it does. */
export async function settleValue(
  { box, statement }: Evaluated,
  request: Pick<EvaluateRequest, "file" | "text" | "start">,
): Promise<Box> {
  const { value } = box;
  if (statement === "expression" && isObject(value) && isOperation(value)) {
    return { value: await start(value, [], placeOf(request)) };
  }
  return isAwaited(value, statement) ? { value: await value } : box;
}

/** What a form only described, and how to start it; nothing when it described nothing. */
export function notStarted({ box, statement, names }: Evaluated): string | undefined {
  const { value } = box;
  if (!isObject(value)) return undefined;
  if (isOperation(value)) {
    if (statement === "expression") return undefined;
    const [name = "default"] = names;
    const mend = name === "default" ? "give it to run" : `evaluate run(${name})`;
    return `${describeCall(value)} is not started: to start it, ${mend}`;
  }
  const [first, ...others] = operationsIn(value);
  if (first === undefined) return undefined;
  if (others.length === 0)
    return `${describeCall(first)}, inside it, is not started: give it to run`;
  const many = `${String(others.length + 1)} operations inside it are not started`;
  return `${many}: give one to run, or await Promise.all(…) of an array`;
}

function isAwaited(
  value: unknown,
  statement: Evaluated["statement"],
): value is PromiseLike<unknown> {
  if (!isObject(value) || isOperation(value) || isNamespace(value)) return false;
  if (isRun(value) || types.isPromise(value)) return true;
  // A declared thenable of somebody else's may start something when it is asked: only its owner does that.
  return statement === "expression" && isThenable(value);
}

function isThenable(value: object): boolean {
  try {
    return "then" in value && typeof value.then === "function";
  } catch {
    return false; // a getter or trap that throws: await would throw it too, and to display a value is no reason to
  }
}

/** A file may export a function named `then`, which must not be taken for a promise's. */
function isNamespace(value: object): boolean {
  return (
    types.isModuleNamespaceObject(value) ||
    (Object.getPrototypeOf(value) === null &&
      Object.getOwnPropertyDescriptor(value, Symbol.toStringTag)?.value === "Module")
  );
}

function isObject(value: unknown): value is object {
  const isOne = typeof value === "function" || (typeof value === "object" && value !== null);
  return isOne && !types.isProxy(value);
}

function operationsIn(value: object): Operation<unknown>[] {
  if (isNamespace(value) || typeof value === "function") return [];
  return Object.keys(value)
    .slice(0, MOST_ITEMS)
    .map((key): unknown => Object.getOwnPropertyDescriptor(value, key)?.value)
    .filter((item): item is Operation<unknown> => isObject(item) && isOperation(item));
}

/** Where the evaluated text begins. */
function placeOf({ file, text, start }: Pick<EvaluateRequest, "file" | "text" | "start">): Place {
  const space = /^\s*/u.exec(text.slice(start))?.[0] ?? "";
  const before = (text.slice(0, start) + space).split("\n");
  return { file, line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
