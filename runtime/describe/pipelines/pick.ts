// pick: which hosts of an outcome go on, by what happened on them or by their value.
import { PICKER, STAGE, hasBrand } from "../brand.ts";
import { everyFailure, makeOutcome, trailOf, type HostResult, type Outcome } from "./outcome.ts";
import type { Picker, Stage } from "./types.ts";

/**
 * Picks the hosts on which the last step succeeded.
 *
 * @example
 * run(ls(hosts, "/"), pick(successful), pretty("reached"));
 */
export const successful: Picker = picker("successful", (outcome) =>
  outcome.success.map((result) => result.host),
);

/**
 * Picks the hosts that failed, whatever the kind: they go on.
 *
 * @example
 * run(exec(hosts, "systemctl start web"), pick(failed), exec("systemctl restart web"), pretty());
 */
export const failed: Picker = picker("failed", (outcome) =>
  outcome.failure.map((failure) => failure.host),
);

/**
 * A stage that lets some hosts go on. With a picker (`successful`, `failed`) the others leave the outcome; with a
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
  const pick = (outcome: Outcome<unknown>) =>
    isPicker(choose) ? byOutcome(outcome, choose) : byValue(outcome, choose);
  return Object.assign(pick, { [STAGE]: "pick" as const });
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
  const away = outcome.failure.filter((failure) => !names.has(failure.host));
  return makeOutcome(
    hosts,
    outcome.success.filter((result) => names.has(result.host)),
    outcome.failure.filter((failure) => names.has(failure.host)),
    { ...trail, dropped: [...trail.dropped, ...away] },
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

function picker(name: string, choose: (outcome: Outcome<unknown>) => readonly string[]): Picker {
  Object.defineProperty(choose, "name", { value: name });
  return Object.assign(choose, { [PICKER]: true as const });
}
