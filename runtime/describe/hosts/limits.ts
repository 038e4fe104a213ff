// Limits: how many hosts at once, and how long to wait for what. Checked where they are given.
import { inspect } from "node:util";
import { ProgramError } from "../program-error.ts";
import { refuseUnknown } from "../refuse-unknown.ts";

/** How much at once, and how long to wait: of a whole run (`hs.with(…)`), or of one step (`limit(…)`). Times in milliseconds. */
export interface Limits {
  /** Hosts worked on at the same time. Default 100. */
  readonly concurrency?: number;
  /** Until a host that cannot be connected is `timedOut`. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** From the start of a step on a host until it is stopped there and `timedOut`. Default: none. */
  readonly stepTimeoutMs?: number;
  /** Without any output of a step on a host, until it is stopped there and `timedOut`. Default: none. */
  readonly idleTimeoutMs?: number;
  /**
   * From the start of the whole run, or of the one step, on all its hosts: what runs then is stopped, what has not started
   * never does; both are `timedOut`. Default: none.
   */
  readonly totalTimeoutMs?: number;
}

const TIMES = ["connectTimeoutMs", "stepTimeoutMs", "idleTimeoutMs", "totalTimeoutMs"] as const;

/** A frozen copy without what is undefined. Throws `ProgramError` for a value that is no limit. */
export function checkLimits(limits: Limits): Limits {
  if (typeof limits !== "object" || limits === null) {
    throw new ProgramError(
      `limits are ${describe(limits)}, not an object`,
      "write { concurrency: 5, totalTimeoutMs: 60_000 }",
    );
  }
  const { concurrency } = limits;
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency > 0)) {
    throw new ProgramError(
      `concurrency is ${describe(concurrency)}`,
      "give a whole number, 1 or more",
    );
  }
  for (const name of TIMES) {
    const ms = limits[name];
    if (ms === undefined || (Number.isFinite(ms) && ms > 0)) continue;
    throw new ProgramError(`${name} is ${describe(ms)}`, "give milliseconds, more than 0");
  }
  refuseUnknown("limit", limits, ["concurrency", ...TIMES]);
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return Object.freeze(Object.fromEntries(given));
}

function describe(value: unknown): string {
  return inspect(value, { depth: 0 });
}
