// pick: which hosts of an outcome go on, by what happened on them or by their value.
import { PICKER, STAGE, hasBrand } from "../brand.ts";
import { ProgramError } from "../program-error.ts";
import {
  everyFailure,
  makeOutcome,
  shownFailures,
  trailOf,
  type HostResult,
  type Outcome,
} from "./outcome.ts";
import type { Picker, Stage } from "./types.ts";

/**
 * A stage that lets some hosts go on. With a picker (`successful`, `failed`, `timedOut` …) the others leave the outcome; with a
 * predicate on the value (and the whole result) the hosts that satisfy it stay, failures stay too. When nobody satisfies
 * the predicate and nobody failed, the run ends there as `notMet`.
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
  const names = new Set(choose(outcome));
  const trail = trailOf(outcome);
  const hosts = outcome.hosts.only(trail.order.filter((host) => names.has(host)));
  if (hosts.hosts.length === 0) {
    const notMet = everyFailure(outcome).length === 0;
    return makeOutcome(hosts, [], outcome.failure, { ...trail, notMet });
  }
  const isPicked = ({ host }: { readonly host: string }) => names.has(host);
  return makeOutcome(
    hosts,
    outcome.success.filter(isPicked),
    shownFailures(outcome).filter(isPicked),
    { ...trail, dropped: everyFailure(outcome).filter((failure) => !isPicked(failure)) },
  );
}

function byValue<T>(
  outcome: Outcome<T>,
  satisfies: (value: T, result: HostResult<T>) => boolean,
): Outcome<T> {
  const kept = outcome.success.filter((result) => satisfies(result.value, result));
  const trail = trailOf(outcome);
  return makeOutcome(outcome.hosts.only(kept.map((result) => result.host)), kept, outcome.failure, {
    ...trail,
    notMet: kept.length === 0 && everyFailure(outcome).length === 0,
  });
}
