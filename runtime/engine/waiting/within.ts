// A wait that has an end.
import type { Clock } from "./clock.ts";
import { startDeadline } from "./deadline.ts";

/** The value, or undefined when it takes longer. */
export function within<T>(clock: Clock, ms: number, value: Promise<T>): Promise<T | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
  const callOff = startDeadline(clock, ms, () => resolve(undefined));
  value.then(resolve, reject).finally(callOff);
  return promise;
}
