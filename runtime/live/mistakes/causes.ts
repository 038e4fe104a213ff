// What stands behind an error: its causes, and the members of an AggregateError, each with its own stack.
import { types } from "node:util";
import type { Cause } from "../../protocol/evaluation.ts";
import { readData } from "../display/read.ts";
import { traceOf } from "./stack.ts";
import type { Origin } from "./stack.ts";

const DEEPEST = 8;
const MOST_CAUSES = 20;

type Describe = (error: unknown) => { message: string; name?: string };

/** In the order in which people read them: each cause right below what it caused. */
export function causesOf(
  error: object,
  describe: Describe,
  originOf: (file: string) => Origin,
): Cause[] {
  const causes: Cause[] = [];
  const seen = new Set<unknown>([error]);
  const visit = (around: object, depth: number) => {
    if (depth > DEEPEST) return;
    for (const [kind, behind] of behindOf(around)) {
      if (seen.has(behind) || causes.length >= MOST_CAUSES) continue;
      const frames = isObject(behind) ? traceOf(behind, originOf) : [];
      const { message, name } = describe(behind);
      causes.push({ kind, depth, message, ...(name !== undefined && { name }), frames });
      if (!isObject(behind)) continue;
      seen.add(behind);
      visit(behind, depth + 1);
    }
  };
  visit(error, 1);
  return causes;
}

function behindOf(error: object): [Cause["kind"], unknown][] {
  const cause = readData(error, "cause");
  const errors = readData(error, "errors");
  const members = error instanceof AggregateError && Array.isArray(errors) ? errors : [];
  return [
    ...members.slice(0, MOST_CAUSES).map((one): [Cause["kind"], unknown] => ["member", one]),
    ...(cause === undefined ? [] : [["cause", cause] satisfies [Cause["kind"], unknown]]),
  ];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !types.isProxy(value);
}
