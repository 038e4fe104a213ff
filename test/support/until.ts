// Waits, with a bound, for what has no event to wait on.
import { setTimeout as sleep } from "node:timers/promises";

export type UntilOptions = { timeoutMs?: number; everyMs?: number };

/**
 * Looks again and again until `look` gives something truthy, and gives that.
 * A `look` that throws counts as "not yet"; its last error stands in the message when the time is up.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  options: UntilOptions = {},
): Promise<NonNullable<T>> {
  const { timeoutMs = 20_000, everyMs = 20 } = options;
  const end = performance.now() + timeoutMs;
  let last: { value: T } | { error: unknown };
  do {
    last = await lookOnce(look);
    if ("value" in last && last.value) return last.value;
    await sleep(everyMs);
  } while (performance.now() < end);
  const seen = "error" in last ? `it threw ${String(last.error)}` : `it was ${String(last.value)}`;
  throw new Error(`Waited ${timeoutMs} ms for ${what}; at the last look ${seen}`, {
    cause: "error" in last ? last.error : undefined,
  });
}

async function lookOnce<T>(look: () => T | Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await look() };
  } catch (error) {
    return { error };
  }
}
