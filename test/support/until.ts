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
  for (;;) {
    // Asked before the look: a machine that stalled in a sleep is looked at once more.
    const isLast = performance.now() >= end;
    const seen = await lookOnce(look);
    if ("value" in seen && seen.value) return seen.value;
    if (isLast) throw describeTimeout(what, timeoutMs, seen);
    await sleep(everyMs);
  }
}

type Look<T> = { value: T } | { error: unknown };

async function lookOnce<T>(look: () => T | Promise<T>): Promise<Look<T>> {
  try {
    return { value: await look() };
  } catch (error) {
    return { error };
  }
}

function describeTimeout(what: string, timeoutMs: number, last: Look<unknown>): Error {
  const seen = "error" in last ? `it threw ${String(last.error)}` : `it was ${String(last.value)}`;
  return new Error(`Waited ${timeoutMs} ms for ${what}; at the last look ${seen}`, {
    cause: "error" in last ? last.error : undefined,
  });
}
