// How long a connection is kept that nobody uses, as the environment says.
import { z } from "zod";
import type { Environment } from "../transports/transport.ts";

const DEFAULT_MINUTES = 10;
/** A day: longer than a timer should be trusted with. */
const MOST_MINUTES = 24 * 60;

const minutesSchema = z.coerce.number().min(0).max(MOST_MINUTES).catch(DEFAULT_MINUTES);

/** Of `RE_OPS_IDLE_MINUTES`; what is no number of minutes counts as the default. */
export function idleTimeOf(environment: Environment): number {
  const text = environment["RE_OPS_IDLE_MINUTES"]?.trim();
  if (text === undefined || text === "") return DEFAULT_MINUTES * 60_000;
  return minutesSchema.parse(text) * 60_000;
}
