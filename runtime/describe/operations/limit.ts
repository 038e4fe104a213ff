// limit: an operation with limits of its own, for its one step.
import { inspect } from "node:util";
import { checkLimits, type Limits } from "../hosts/limits.ts";
import { isOperation, isOperationStage } from "../pipelines/kinds.ts";
import type { Operation, OperationStage } from "../pipelines/types.ts";
import { ProgramError } from "../program-error.ts";
import { withCall } from "./operation.ts";

/**
 * The operation with limits for this one step; the hosts go on with their own. Works in both forms, with hosts and as a
 * stage. Its `totalTimeoutMs` counts from the start of the step. Throws `ProgramError` for anything but an operation.
 *
 * @example
 * await run(
 *   exec(hosts, "systemctl stop web"),
 *   limit({ concurrency: 2, stepTimeoutMs: 60_000 }, exec("systemctl start web")),
 *   pretty("two at a time"),
 * );
 */
export function limit<T>(limits: Limits, operation: Operation<T>): Operation<T>;
export function limit<T>(limits: Limits, stage: OperationStage<T>): OperationStage<T>;
export function limit(
  limits: Limits,
  operation: Operation<unknown> | OperationStage<unknown>,
): Operation<unknown> | OperationStage<unknown> {
  const given = checkLimits(limits);
  if (!isOperation(operation) && !isOperationStage(operation)) {
    throw new ProgramError(
      `limit takes an operation, not ${inspect(operation, { depth: 0 })}`,
      'write limit({ stepTimeoutMs: 5_000 }, exec("…")); for a whole run write hs.with({ … })',
    );
  }
  return withCall(operation, (call) => ({ ...call, limits: { ...call.limits, ...given } }));
}
