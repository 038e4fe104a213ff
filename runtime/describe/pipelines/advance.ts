// How an outcome follows from the one before it: after a step on hosts, and after a cancel.
import type { StepResult } from "../../port.ts";
import { PLAIN_NEXT } from "./next-words.ts";
import {
  makeOutcome,
  trailOf,
  type HostFailure,
  type HostResult,
  type Outcome,
} from "./outcome.ts";
import type { Operation } from "./types.ts";

/** The outcome after an operation: who succeeded goes on, who failed now or before stays in `failure`. */
export function afterStep(
  operation: Operation<unknown>,
  results: readonly StepResult[],
): Outcome<unknown> {
  const { target, before } = operation;
  const asked = new Set(target.hosts);
  const succeeded = results.filter(
    (result): result is HostResult<never> => result.kind === "success",
  );
  const failed = results.filter((result): result is HostFailure => result.kind !== "success");
  const names = new Set(succeeded.map((result) => result.host));
  const goOn = target.only(target.hosts.filter((host) => names.has(host)));
  const past = before === undefined ? undefined : trailOf(before);
  const stay = before?.failure.filter((failure) => !asked.has(failure.host)) ?? [];
  return makeOutcome(goOn, succeeded, [...stay, ...failed], {
    order: past?.order ?? target.hosts,
    dropped: past?.dropped ?? [],
    earlier: past?.earlier ?? new Set(),
    steps: (past?.steps ?? 0) + 1,
    notMet: false,
  });
}

/** The outcome of a run that was cancelled before `step`: whoever would have gone on is `cancelled`. */
export function afterCancel(outcome: Outcome<unknown>, step: string): Outcome<unknown> {
  const cancelled = outcome.hosts.hosts.map((host): HostFailure => ({
    host,
    kind: "cancelled",
    step,
    message: `cancelled before ${step}`,
    next: PLAIN_NEXT.again,
  }));
  return makeOutcome(outcome.hosts.only([]), [], [...outcome.failure, ...cancelled], {
    ...trailOf(outcome),
    notMet: false,
  });
}

/** The outcome of a run that was cancelled before its first step. */
export function cancelledBefore(operation: Operation<unknown>): Outcome<unknown> {
  return afterCancel(
    operation.before ?? makeOutcome(operation.target, [], []),
    operation.call.label,
  );
}

export function nobodyLeft(outcome: Outcome<unknown>): boolean {
  return outcome.hosts.hosts.length === 0;
}
