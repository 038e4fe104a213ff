// What may end a step from our side while it runs: it is cancelled, or one of its times is over.
import type { Clock } from "../waiting/clock.ts";
import { startDeadline } from "../waiting/deadline.ts";

/** Why a step is stopped. `totalTime` is that of the whole run or step, on all its hosts. */
export type Interruption = "cancelled" | "stepTime" | "idleTime" | "totalTime";

/** The reason of a signal that is aborted because time is over, not because somebody cancels. */
export class TimeOver extends Error {
  override readonly name = "TimeOver";
}

export interface StepTimes {
  /** Milliseconds from the start of the step on its host. */
  readonly stepTimeoutMs?: number | undefined;
  /** Milliseconds without output, and without input that the host takes. */
  readonly idleTimeoutMs?: number | undefined;
}

export interface InterruptionOptions extends StepTimes {
  /** Aborting stops the step on the host; with a `TimeOver` it is timed out. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export interface InterruptionWatch {
  /** Resolves with the first of them; never, when there is none. */
  readonly happened: Promise<Interruption>;
  forget(): void;
}

/** From now on; `lastHeard` says when there was output last, by the clock's `elapsed`. */
export function watchInterruptions(
  options: InterruptionOptions,
  lastHeard: () => number,
): InterruptionWatch {
  const { signal, stepTimeoutMs, idleTimeoutMs, clock } = options;
  const { promise: happened, resolve } = Promise.withResolvers<Interruption>();
  const abort = () => resolve(signal.reason instanceof TimeOver ? "totalTime" : "cancelled");
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  const stopStepTime =
    stepTimeoutMs === undefined
      ? () => {}
      : startDeadline(clock, stepTimeoutMs, () => resolve("stepTime"));
  const stopIdleTime =
    idleTimeoutMs === undefined
      ? () => {}
      : watchSilence(clock, idleTimeoutMs, lastHeard, () => resolve("idleTime"));
  return {
    happened,
    forget() {
      signal.removeEventListener("abort", abort);
      stopStepTime();
      stopIdleTime();
    },
  };
}

export interface PreparedWatch extends InterruptionWatch {
  /** Once, however often it is called. */
  begin(this: void): void;
  /** Aborted when something has happened. */
  readonly interrupted: AbortSignal;
}

/** For what may begin before whoever waits for it has it in hand. */
export function prepareWatch(options: InterruptionOptions, lastHeard: () => number): PreparedWatch {
  const { promise: happened, resolve } = Promise.withResolvers<Interruption>();
  const controller = new AbortController();
  let watch: InterruptionWatch | undefined;
  return {
    happened,
    interrupted: controller.signal,
    begin() {
      if (watch !== undefined) return;
      watch = watchInterruptions(options, lastHeard);
      void watch.happened.then((why) => {
        resolve(why);
        controller.abort();
      });
    },
    forget: () => watch?.forget(),
  };
}

export interface Listening<Chunk extends readonly unknown[]> {
  readonly onOutput: (...chunk: Chunk) => Promise<void> | void;
  /** The host has taken something: it is not silent either. */
  readonly hear: () => void;
  readonly lastHeard: () => number;
}

/** Keeps count of when something was heard; time in which nothing more was read, because there was no room, is no silence. */
export function listenToOutput<Chunk extends readonly unknown[]>(
  clock: Clock,
  onOutput: (...chunk: Chunk) => Promise<void> | void,
): Listening<Chunk> {
  let lastMs = clock.elapsed();
  let withoutRoom = 0;
  return {
    onOutput(...chunk) {
      lastMs = clock.elapsed();
      const room = onOutput(...chunk);
      if (room === undefined) return undefined;
      withoutRoom += 1;
      return room.then(() => {
        withoutRoom -= 1;
        lastMs = clock.elapsed();
      });
    },
    hear: () => {
      lastMs = clock.elapsed();
    },
    lastHeard: () => (withoutRoom > 0 ? clock.elapsed() : lastMs),
  };
}

/** One deadline after another rather than a new one for each chunk: a step may say a thousand things a second. */
function watchSilence(
  clock: Clock,
  timeoutMs: number,
  lastHeard: () => number,
  onOver: () => void,
): () => void {
  const begunMs = clock.elapsed();
  let forget = () => {};
  const wait = (ms: number) => {
    forget = startDeadline(clock, ms, () => {
      const silentMs = clock.elapsed() - Math.max(begunMs, lastHeard());
      if (silentMs >= timeoutMs) onOver();
      else wait(timeoutMs - silentMs);
    });
  };
  wait(timeoutMs);
  return () => forget();
}
