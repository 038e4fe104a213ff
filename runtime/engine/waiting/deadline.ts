// A deadline that blames the other side only: time in which this process itself was too busy to listen does not count.
import type { Clock } from "./clock.ts";

const SHORTEST_SLICE_MS = 10;
const LONGEST_SLICE_MS = 1000;

/**
 * Calls `onExpired` once when `timeoutMs` have passed; returns how to call it off. The wait is cut into slices; a slice that
 * ends late counts as the slice only, because a blocked event loop, not the host, made it long. At the end one more poll turn
 * hands over what has already arrived, so that an answer that was waiting for us can still call the deadline off. A slice at
 * whose end `isPaused` says so does not count.
 */
export function startDeadline(
  clock: Clock,
  timeoutMs: number,
  onExpired: () => void,
  isPaused: () => boolean = () => false,
): () => void {
  const sliceMs = Math.min(Math.max(timeoutMs / 20, SHORTEST_SLICE_MS), LONGEST_SLICE_MS);
  let remainingMs = timeoutMs;
  let cancelled = false;
  let cancelSlice = () => {};
  const wait = () => {
    const nextMs = Math.min(sliceMs, remainingMs);
    cancelSlice = clock.after(nextMs, () => {
      if (!isPaused()) remainingMs -= nextMs;
      if (remainingMs > 0) wait();
      else setImmediate(() => setImmediate(expire));
    });
  };
  const expire = () => {
    if (!cancelled) onExpired();
  };
  wait();
  return () => {
    cancelled = true;
    cancelSlice();
  };
}
