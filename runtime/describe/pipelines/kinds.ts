// What a value in a pipeline is, by its brand.
import { OPERATION, RUN, STAGE, hasBrand } from "../brand.ts";
import type { Outcome } from "./outcome.ts";
import type { Operation, Run } from "./types.ts";

export type AnyStage = (outcome: Outcome<unknown>) => unknown;

export function isOperation(value: unknown): value is Operation<unknown> {
  return hasBrand(value, OPERATION);
}

export function isRun(value: unknown): value is Run<unknown> {
  return hasBrand(value, RUN);
}

export function isOperationStage(stage: AnyStage): boolean {
  return hasBrand(stage, STAGE) && stage[STAGE] === "operation";
}

/** `pretty` and `tap`: they look at an outcome and pass it on. */
export function isLookStage(stage: AnyStage): boolean {
  return hasBrand(stage, STAGE) && stage[STAGE] === "look";
}

/** `pick(failed)` and the like: it may let hosts go on where nobody is left. */
export function isPickerStage(stage: AnyStage): boolean {
  return hasBrand(stage, STAGE) && stage[STAGE] === "picker";
}
