// SIGINT, SIGTERM and SIGHUP (the terminal was closed) while runs are under way: the first stops them on their hosts, the second leaves at once.
import { constants } from "node:os";

type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Calls back at the first signal; at the second the process ends, after `leave`. Returns how to stop listening. */
export function onStopSignal(
  stop: (signal: StopSignal) => void,
  leave: () => void = () => {},
): () => void {
  let seen = false;
  const hear = (signal: StopSignal) => {
    if (seen) {
      leave();
      process.exit(exitCodeOfSignal(signal));
    }
    seen = true;
    stop(signal);
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return () => {
    for (const signal of SIGNALS) process.off(signal, hear);
  };
}

/** As shells count: 128 and the signal's number. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
