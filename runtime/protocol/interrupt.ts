// What an interrupt, or the cancel of a run, has achieved.
import { z } from "zod";

/** Something that could not be stopped on a host. */
export const survivorSchema = z.object({
  host: z.string(),
  pid: z.number().int().exactOptional(),
  message: z.string(),
});

export const interruptReportSchema = z.object({
  /** What was done, for the user: what was stopped and how, what was lost, what may still run. */
  message: z.string(),
  /** How far it went: 1 asked it to end, 2 broke off a loop of user code, 3 ended the live process. */
  rung: z.literal([1, 2, 3]),
  liveRestarted: z.boolean(),
  /** On how many hosts something was stopped. */
  stopped: z.number().int(),
  /** `let` values that went with the live process, as `file: names`. */
  lost: z.array(z.string()).readonly(),
  survivors: z.array(survivorSchema).readonly(),
});
export type InterruptReport = z.infer<typeof interruptReportSchema>;
