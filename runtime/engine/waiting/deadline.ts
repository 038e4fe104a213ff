// A deadline that blames the other side only: time in which this process itself was too busy to listen does not count.
import type { Clock } from "./clock.ts";

const SHORTEST_SLICE_MS = 10;
const LONGEST_SLICE_MS = 1000;

/**
 * Calls `onExpired` once when `timeoutMs` have passed; returns how to call it off, which gives what was left of them. The wait is
 * cut into slices; a slice that ends late counts as the slice only, because a blocked event loop, not the host, made it long. At
 * the end one more poll turn hands over what has already arrived, so that an answer that was waiting for us can still call the
 * deadline off. A slice at whose end `isPaused` says so does not count.
 */
export function startDeadline(
  clock: Clock,
  timeoutMs: number,
  onExpired: () => void,
  isPaused: () => boolean = () => false,
): () => number {
  const sliceMs = Math.min(Math.max(timeoutMs / 20, SHORTEST_SLICE_MS), LONGEST_SLICE_MS);
  let remainingMs = timeoutMs;
  let slice = { ms: 0, startMs: 0 };
  let cancelled = false;
  let cancelSlice = () => {};
  const wait = () => {
    const ms = Math.min(sliceMs, remainingMs);
    slice = { ms, startMs: clock.elapsed() };
    cancelSlice = clock.after(ms, () => {
      if (!isPaused()) remainingMs -= ms;
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
    const begunMs = isPaused() ? 0 : Math.min(clock.elapsed() - slice.startMs, slice.ms);
    return Math.max(remainingMs - begunMs, 0);
  };
}
