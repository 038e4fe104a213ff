// Something that is made once for all who ask while it is being made, and given up when the last of them has gone.
import { orAborted } from "../waiting/or-aborted.ts";

export interface SharedAttempt<T> {
  /** Rejects as the making does, or with the signal's reason. */
  join(signal: AbortSignal): Promise<T>;
  giveUp(reason: Error): void;
  /** Resolves when the making has ended, one way or the other. */
  readonly settled: Promise<void>;
}

/** `onEnd` is called once: when it is made, when it has failed, or when it is given up. */
export function startSharedAttempt<T>(
  make: (signal: AbortSignal) => Promise<T>,
  onEnd: () => void,
): SharedAttempt<T> {
  const abandon = new AbortController();
  const made = make(abandon.signal);
  let waiting = 0;
  let ended = false;
  const end = () => {
    if (!ended) onEnd();
    ended = true;
  };
  const giveUp = (reason: Error) => {
    if (ended) return;
    abandon.abort(reason);
    end();
  };
  const settled = made.then(end, end);
  return {
    giveUp,
    settled,
    async join(signal) {
      waiting += 1;
      try {
        return await orAborted(made, signal);
      } finally {
        waiting -= 1;
        if (waiting === 0) giveUp(new Error("nobody waits for this connection any more"));
      }
    },
  };
}
