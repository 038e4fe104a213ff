// A host that has not said a word holds nobody up: while it is silent others take its place among those worked on at once.
import type { Clock } from "../../waiting/clock.ts";
import type { CarrierStream, Target } from "../transport.ts";

/** A living host says who it is long before. */
const PATIENCE_MS = 2000;

export interface Silence {
  /** The wait is over, with or without a word. Resolves when the host has its place again. */
  over(): Promise<void>;
}

export function lendWhileSilent(
  stream: CarrierStream,
  aside: Target["aside"],
  clock: Clock,
): Silence {
  const { promise, resolve } = Promise.withResolvers<void>();
  let back = Promise.resolve();
  const lend = () => {
    if (aside === undefined || stream.bytesRead > 0 || stream.destroyed) return;
    stream.once("data", () => resolve());
    back = aside(() => promise, "host");
  };
  const callOff = clock.after(PATIENCE_MS, lend);
  return {
    over() {
      callOff();
      resolve();
      return back;
    },
  };
}
