// A bound on how much of something goes on at the same time; with one place, one after another.
import { orAborted } from "./or-aborted.ts";

export interface Semaphore {
  /** Resolves in its turn with how to give the place back, once. Rejects with the signal's reason. */
  acquire(signal?: AbortSignal): Promise<() => void>;
  /**
   * Works in its turn; what has not begun when the signal is aborted never does. Rejects as the work does, or with the signal's
   * reason: then the place is kept for as long as the work goes on.
   */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function createSemaphore(places: number): Semaphore {
  const waiting = new Set<() => void>();
  let free = places;

  function giveBack(): void {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next(); // The place passes on.
  }

  async function takePlace(signal?: AbortSignal): Promise<void> {
    if (free > 0) {
      free -= 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const enter = () => {
      waiting.delete(enter);
      resolve();
    };
    waiting.add(enter);
    try {
      await orAborted(promise, signal);
    } catch (error) {
      if (!waiting.delete(enter)) giveBack();
      throw error;
    }
  }

  async function acquire(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    await takePlace(signal);
    let isHeld = true;
    return () => {
      if (isHeld) giveBack();
      isHeld = false;
    };
  }

  async function workInTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const release = await acquire(signal);
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      release();
    }
  }

  return { acquire, run: (work, signal) => orAborted(workInTurn(work, signal), signal) };
}
