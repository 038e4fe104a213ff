// pick: which hosts of an outcome go on, by what happened on them or by their value.
import { PICKER, STAGE, hasBrand } from "../brand.ts";
import { ProgramError } from "../program-error.ts";
import {
  everyFailure,
  makeOutcome,
  trailOf,
  type HostFailure,
  type HostResult,
  type Outcome,
} from "./outcome.ts";
import type { Picker, Stage } from "./types.ts";

/**
 * A stage that lets some hosts go on. With a picker (`successful`, `failed`, `timedOut` …) the others leave the outcome; with a
 * predicate on the value (and the whole result) the hosts that satisfy it stay, failures stay too. When it takes nobody, the
 * run ends there: as `notMet` if nobody failed; else `pretty` says which `pick` it was, and shows what failed in this run.
 *
 * @example
 * run(exec(hosts, "cat /proc/loadavg"), convert((o) => Number.parseFloat(o.out)), pick((load) => load > 4), pretty("busy"));
 */
export function pick(picker: Picker): <T>(outcome: Outcome<T>) => Outcome<T>;
export function pick<T>(predicate: (value: T, result: HostResult<T>) => boolean): Stage<T, T>;
export function pick(
  choose: Picker | ((value: unknown, result: HostResult<unknown>) => boolean),
): (outcome: Outcome<unknown>) => Outcome<unknown> {
  if (typeof choose !== "function") {
    throw new ProgramError(
      "pick takes a picker, or a function of the value",
      "write pick(successful), or pick((value) => value.code === 0)",
    );
  }
  const pick = (outcome: Outcome<unknown>) =>
    isPicker(choose) ? byOutcome(outcome, choose) : byValue(outcome, choose);
  return Object.assign(pick, { [STAGE]: isPicker(choose) ? "picker" : "predicate" } as const);
}

function isPicker(choose: Picker | ((...given: never[]) => boolean)): choose is Picker {
  return hasBrand(choose, PICKER);
}

function byOutcome<T>(outcome: Outcome<T>, choose: Picker): Outcome<T> {
  const trail = trailOf(outcome);
  // Whoever was taken away before must not come back by a second pick.
  if (trail.ended !== undefined) return outcome;
  const names = new Set(choose(outcome));
  const hosts = outcome.hosts.only(trail.order.filter((host) => names.has(host)));
  if (hosts.hosts.length === 0) return takeNobody(outcome, `pick(${choose.name}) took no host`);
  const isPicked = ({ host }: { readonly host: string }) => names.has(host);
  return makeOutcome(hosts, outcome.success.filter(isPicked), outcome.failure.filter(isPicked), {
    ...trail,
    dropped: everyFailure(outcome).filter((failure) => !isPicked(failure)),
  });
}

function byValue<T>(
  outcome: Outcome<T>,
  satisfies: (value: T, result: HostResult<T>) => boolean,
): Outcome<T> {
  const kept = outcome.success.filter((result) => satisfies(result.value, result));
  if (kept.length === 0) return takeNobody(outcome, "no host met the condition");
  const hosts = outcome.hosts.only(kept.map((result) => result.host));
  return makeOutcome(hosts, kept, outcome.failure, trailOf(outcome));
}

/** The run ends there. What failed in it stays; what had failed before it is none of its affairs. */
function takeNobody<T>(outcome: Outcome<T>, ended: string): Outcome<T> {
  const hosts = outcome.hosts.only([]);
  const trail = trailOf(outcome);
  if (everyFailure(outcome).length === 0) {
    return makeOutcome(hosts, [], [], { ...trail, notMet: true });
  }
  const isOld = (failure: HostFailure) => trail.earlier.has(failure);
  const own = outcome.failure.filter((failure) => !isOld(failure));
  const dropped = [...trail.dropped, ...outcome.failure.filter(isOld)];
  return makeOutcome(hosts, [], own, { ...trail, dropped, ended: trail.ended ?? ended });
}
