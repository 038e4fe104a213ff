// Calls code of the user's so that ours outlives it: an interrupt may break that code off where it stands, or it may never end.

/** Promises never see the value itself: one with a `then` would start. */
export interface Boxed<T> {
  readonly value: T;
}

/** Calls `body` in a job of its own and gives what it returned, or nothing once the signal is aborted. */
export async function apart<T>(signal: AbortSignal, body: () => T): Promise<Boxed<T> | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Boxed<T> | undefined>();
  const giveUp = () => {
    resolve(undefined);
  };
  signal.addEventListener("abort", giveUp, { once: true });
  inOwnJob(() => {
    try {
      resolve({ value: body() });
    } catch (error) {
      reject(error);
    }
  });
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

/**
 * Code that is broken off takes its whole job with it, silently, and all jobs that are queued behind it. So whoever calls
 * it must not be one of them: what waits for its end has begun to wait before it begins, which takes two jobs.
 */
export function inOwnJob(body: () => void): void {
  queueMicrotask(() => {
    queueMicrotask(body);
  });
}
