// Tries again while the host hangs up on us before anybody has logged in: sshd does so when too many come at once (MaxStartups).
import type { Clock } from "../../waiting/clock.ts";
import { ConnectionError } from "../../host-errors.ts";
import type { Budget } from "./budget.ts";

/** The host hung up before the login began, so that trying again does no harm. */
export class DroppedError extends ConnectionError {}

export interface Retrying {
  readonly budget: Budget;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/**
 * Rejects as the last attempt does, or with the signal's reason. Where the time was over in the midst of a further try, the host
 * has hung up all the same, which says more.
 */
export async function whileDropped<T>(
  attempt: () => Promise<T>,
  { budget, clock, random, signal }: Retrying,
): Promise<T> {
  let dropped: DroppedError | undefined;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof DroppedError)) throw describeAfter(dropped, tries - 1, error);
      dropped = error;
      const pauseMs = pauseBefore(tries, random());
      if (pauseMs >= budget.remainingMs()) throw describeLast(error, tries);
      await budget.spend(() => pause(clock, pauseMs, signal));
    }
  }
}

/** Doubled each time and of random length, so that those who were dropped together do not come back together. */
function pauseBefore(tries: number, random: number): number {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
  return longest * (0.25 + 0.75 * random);
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  const callOff = clock.after(ms, wake);
  signal.addEventListener("abort", wake, { once: true });
  await promise;
  callOff();
  signal.removeEventListener("abort", wake);
  signal.throwIfAborted();
}

function describeAfter(dropped: DroppedError | undefined, tries: number, error: unknown): unknown {
  const isOver = error instanceof ConnectionError && error.kind === "timedOut";
  if (dropped === undefined || !isOver) return error;
  const { kind, message, next } = describeLast(dropped, tries);
  return new ConnectionError(kind, `${message}; then it ${error.message}`, next, { cause: error });
}

function describeLast(error: DroppedError, tries: number): ConnectionError {
  const { kind, message, next } = error;
  const times = tries === 1 ? "" : `, each of ${tries} times`;
  return new ConnectionError(kind, `${message}${times}`, next, { cause: error });
}
