// What may end a step from our side while it runs: it is cancelled, or one of its times is over.
import type { Clock } from "../clock.ts";
import { startDeadline } from "../transports/deadline.ts";

/** Why a step is stopped. `total` is the time of the whole run or step, on all its hosts. */
export type Interruption = "cancelled" | "stepTime" | "idleTime" | "totalTime";

/** The reason of a signal that is aborted because time is over, not because somebody cancels. */
export class TimeOver extends Error {
  override readonly name = "TimeOver";
}

export interface InterruptionOptions {
  readonly signal: AbortSignal;
  /** Milliseconds from the start of the step on its host. */
  readonly stepTimeoutMs?: number | undefined;
  /** Milliseconds without output. */
  readonly idleTimeoutMs?: number | undefined;
  readonly clock: Clock;
}

export interface InterruptionWatch {
  /** Resolves with the first of them; never, when there is none. */
  readonly happened: Promise<Interruption>;
  /** The step has said something: its silence begins anew. */
  heard(): void;
  forget(): void;
}

export function watchInterruptions(options: InterruptionOptions): InterruptionWatch {
  const { signal, stepTimeoutMs, idleTimeoutMs, clock } = options;
  const { promise: happened, resolve } = Promise.withResolvers<Interruption>();
  const abort = () => resolve(signal.reason instanceof TimeOver ? "totalTime" : "cancelled");
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  const stopStepTime = startOptional(clock, stepTimeoutMs, () => resolve("stepTime"));
  const silence = watchSilence(clock, idleTimeoutMs, () => resolve("idleTime"));
  return {
    happened,
    heard: silence.heard,
    forget() {
      signal.removeEventListener("abort", abort);
      stopStepTime();
      silence.forget();
    },
  };
}

function startOptional(clock: Clock, ms: number | undefined, onOver: () => void): () => void {
  return ms === undefined ? () => {} : startDeadline(clock, ms, onOver);
}

/** One deadline after another rather than a new one for each chunk: a step may say a thousand things a second. */
function watchSilence(clock: Clock, ms: number | undefined, onOver: () => void) {
  let lastHeard = clock.elapsed();
  let forget = () => {};
  const wait = (forMs: number) => {
    forget = startOptional(clock, forMs, () => {
      const silentMs = clock.elapsed() - lastHeard;
      if (ms === undefined || silentMs >= ms) onOver();
      else wait(ms - silentMs);
    });
  };
  if (ms !== undefined) wait(ms);
  return {
    heard() {
      lastHeard = clock.elapsed();
    },
    forget: () => forget(),
  };
}
