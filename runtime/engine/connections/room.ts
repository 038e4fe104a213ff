// How many commands a host opens on one connection, as far as it has shown: what it has refused is tried again now and then.
import type { Clock } from "../waiting/clock.ts";

/** How long a refusal is believed: the host may have been short of something for a moment only. */
const BELIEVED_MS = 60_000;

export interface Room {
  /** Whether one more may be opened where so many are open; beyond what the host has refused, only one at a time. */
  take(open: number): boolean;
  /** The host has opened a command, with which so many are open. */
  opened(open: number): void;
  /** It has opened no more where so many are open. */
  refused(open: number): void;
  /** Nothing is known any more. */
  forget(): void;
}

/** `onChange` is called when there may be more room than before. */
export function createRoom(clock: Clock, onChange: () => void): Room {
  let most = Number.POSITIVE_INFINITY;
  let mayTry = false;
  let callOff = () => {};

  function believe(): void {
    mayTry = false;
    callOff();
    callOff = clock.after(BELIEVED_MS, letTry);
  }

  function letTry(): void {
    mayTry = true;
    onChange();
  }

  return {
    take(open) {
      if (open < most) return true;
      if (!mayTry) return false;
      believe(); // Until it has answered.
      return true;
    },
    opened(open) {
      if (open <= most) return;
      most = open;
      letTry();
    },
    refused(open) {
      most = Math.min(most, open);
      believe();
    },
    forget() {
      callOff();
      mayTry = false;
      most = Number.POSITIVE_INFINITY;
    },
  };
}
