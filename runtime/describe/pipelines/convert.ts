// convert: makes another value of each host's value.
import { makeOutcome, trailOf, type HostResult, type Outcome } from "./outcome.ts";
import type { Stage } from "./types.ts";

/**
 * A stage that converts each host's value; the function may be async. What it throws is a mistake in the program.
 *
 * @example
 * const free = await run(exec(hosts, "df -k --output=avail / | tail -1"), convert((o) => Number(o.out)));
 */
export function convert<A, B>(
  change: (value: A, result: HostResult<A>) => B | PromiseLike<B>,
): Stage<A, B> {
  return async function convert(outcome: Outcome<A>): Promise<Outcome<B>> {
    const success = await Promise.all(
      outcome.success.map(async (result) => ({
        ...result,
        value: await change(result.value, result),
      })),
    );
    return makeOutcome(outcome.hosts, success, outcome.failure, trailOf(outcome));
  };
}
