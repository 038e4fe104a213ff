// A wait that has an end.
import type { Clock } from "./clock.ts";
import { startDeadline } from "./deadline.ts";

/** The value, or undefined when it takes longer or the signal is aborted first. */
export function within<T>(
  clock: Clock,
  ms: number,
  value: Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
  const giveUp = () => resolve(undefined);
  const callOff = startDeadline(clock, ms, giveUp);
  if (signal?.aborted === true) giveUp();
  signal?.addEventListener("abort", giveUp, { once: true });
  value.then(resolve, reject);
  return promise.finally(() => {
    callOff();
    signal?.removeEventListener("abort", giveUp);
  });
}
