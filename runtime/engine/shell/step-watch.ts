// Why and when a step is stopped from our side: somebody cancels it, or one of its times is over.
import type { Clock } from "../waiting/clock.ts";
import { startDeadline } from "../waiting/deadline.ts";

/** Why a step is stopped. `totalTime` is that of the whole run or step, on all its hosts. */
export type Interruption = "cancelled" | "stepTime" | "idleTime" | "totalTime";

/** The reason for which a step is stopped; its message is one for people, such as "timed out after 3 s without output". */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly why: Interruption;

  constructor(why: Interruption, message: string) {
    super(message);
    this.why = why;
  }
}

export interface StepTimes {
  /** Milliseconds from the start of the step on its host. */
  readonly stepTimeoutMs?: number | undefined;
  /** Milliseconds without output, and without input that the host takes. */
  readonly idleTimeoutMs?: number | undefined;
}

export interface StepWatchOptions extends StepTimes {
  /** Aborting stops the step; for the `Interrupted` that is its reason, else because it is cancelled. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export interface StepWatch {
  /** Aborted with an `Interrupted`: as the caller's signal is, at any time, and by the step's own times once they count. */
  readonly signal: AbortSignal;
  /** From now on the step's times count; once, however often it is called. */
  startTimes(this: void): void;
  /** They do not count any more, and anew once they are started again: nothing of the step was begun. */
  stopTimes(this: void): void;
  /** There was output, or the host has taken input. Until `room` resolves nothing more is read, and that is no silence. */
  hear(this: void, room?: Promise<void> | void): void;
  /** From now on nothing interrupts the step. */
  forget(this: void): void;
}

export function watchStep(options: StepWatchOptions): StepWatch {
  const { signal, stepTimeoutMs, idleTimeoutMs, clock } = options;
  const controller = new AbortController();
  let callOffs: (() => void)[] = [];
  let areCounted = false;
  let isOver = false;
  let lastMs = clock.elapsed();
  let withoutRoom = 0;

  function interrupt(reason: Interrupted): void {
    forget();
    controller.abort(reason);
  }

  function forget(): void {
    isOver = true;
    signal.removeEventListener("abort", abort);
    stopTimes();
  }

  function stopTimes(): void {
    for (const callOff of callOffs) callOff();
    callOffs = [];
    areCounted = false;
  }

  function abort(): void {
    interrupt(reasonOf(signal));
  }

  function startStepTime(timeoutMs: number): () => void {
    const message = `timed out after ${timeoutMs / 1000} s`;
    return startDeadline(clock, timeoutMs, () => interrupt(new Interrupted("stepTime", message)));
  }

  function startIdleTime(timeoutMs: number): () => void {
    const message = `timed out after ${timeoutMs / 1000} s without output`;
    const lastHeard = () => (withoutRoom > 0 ? clock.elapsed() : lastMs);
    return watchSilence(clock, timeoutMs, lastHeard, () =>
      interrupt(new Interrupted("idleTime", message)),
    );
  }

  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    startTimes() {
      if (areCounted || isOver) return;
      areCounted = true;
      lastMs = clock.elapsed();
      if (stepTimeoutMs !== undefined) callOffs.push(startStepTime(stepTimeoutMs));
      if (idleTimeoutMs !== undefined) callOffs.push(startIdleTime(idleTimeoutMs));
    },
    stopTimes,
    hear(room) {
      lastMs = clock.elapsed();
      if (room === undefined) return;
      withoutRoom += 1;
      void room.then(() => {
        withoutRoom -= 1;
        lastMs = clock.elapsed();
      });
    },
    forget,
  };
}

/** Why whoever aborted the signal did so. */
export function reasonOf({ reason }: AbortSignal): Interrupted {
  return reason instanceof Interrupted ? reason : new Interrupted("cancelled", "cancelled");
}

/** One deadline after another rather than a new one for each chunk: a step may say a thousand things a second. */
function watchSilence(
  clock: Clock,
  timeoutMs: number,
  lastHeard: () => number,
  onOver: () => void,
): () => void {
  let forget = () => {};
  const wait = (ms: number) => {
    forget = startDeadline(clock, ms, () => {
      const silentMs = clock.elapsed() - lastHeard();
      if (silentMs >= timeoutMs) onOver();
      else wait(timeoutMs - silentMs);
    });
  };
  wait(timeoutMs);
  return () => forget();
}
