// tap: a look at an outcome on its way.
import { STAGE } from "../brand.ts";
import type { Outcome } from "./outcome.ts";

/**
 * A stage that shows the outcome to a function and passes it on unchanged; it also runs when nobody is left.
 *
 * @example
 * run(ls(hosts, "/"), tap((outcome) => console.log(outcome.hosts.hosts.length)), pretty());
 */
export function tap(
  look: (outcome: Outcome<unknown>) => unknown,
): <T>(outcome: Outcome<T>) => Promise<Outcome<T>> {
  const tap = async <T>(outcome: Outcome<T>): Promise<Outcome<T>> => {
    await look(outcome);
    return outcome;
  };
  return Object.assign(tap, { [STAGE]: "look" as const });
}
