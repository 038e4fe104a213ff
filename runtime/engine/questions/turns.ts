// One after another: whoever comes while something is under way waits for its end.
import { orAborted } from "../waiting/or-aborted.ts";

/** Gives a function that does work in turn; rejects with the signal's reason, and what has not begun then never does. */
export function createTurns(): <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work, signal) => {
    const done = last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    last = done.catch(() => undefined); // told to whoever waits for it
    return orAborted(done, signal);
  };
}
