// Waits for the answer of a host: for so long, and not much longer once nobody wants it any more.
import type { Clock } from "../waiting/clock.ts";
import { startDeadline } from "../waiting/deadline.ts";

/** How long a host may still take once it is called off: what it starts all the same can be stopped when it says so. */
const CALLED_OFF_MS = 5000;

export interface AnswerOptions<T> {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Takes an answer that comes too late. */
  readonly discard: (late: T) => void;
  /** Called when there was none for so long; gives what to reject with. */
  readonly giveUp: (silentMs: number) => Error;
}

/** Rejects as the answer does, or with what `giveUp` gives; never with the signal's reason, as the host may have begun. */
export function answerInTime<T>(answer: Promise<T>, options: AnswerOptions<T>): Promise<T> {
  const { clock, timeoutMs, signal, discard, giveUp } = options;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let expired = false;
  const bound = (ms: number) =>
    startDeadline(clock, ms, () => {
      if (expired) return;
      expired = true;
      reject(giveUp(ms));
    });
  const callOffs = [bound(timeoutMs)];
  const hurry = () => void callOffs.push(bound(CALLED_OFF_MS));
  if (signal?.aborted === true) hurry();
  signal?.addEventListener("abort", hurry, { once: true });
  answer.then((value) => {
    if (expired) discard(value);
    resolve(value);
  }, reject);
  return promise.finally(() => {
    signal?.removeEventListener("abort", hurry);
    for (const callOff of callOffs) callOff();
  });
}
