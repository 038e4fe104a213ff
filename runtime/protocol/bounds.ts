// How much one message may hold of what grows: beyond it the other end is broken or means harm, and the refusal says what was too much.
import { z } from "zod";

/** Of one script, in characters: what is longer is a file to copy. */
const LONGEST_SCRIPT = 8_000_000;
const MOST_HOSTS = 100_000;
const LONGEST_HOST = 1_000;
/** As in a file of a secret. */
const LONGEST_SECRET = 65_536;

export const scriptSchema = z
  .string()
  .max(LONGEST_SCRIPT, `a script is longer than ${LONGEST_SCRIPT} characters: copy it as a file`);

export const hostNamesSchema = z
  .array(z.string().max(LONGEST_HOST, `a host's name is longer than ${LONGEST_HOST} characters`))
  .max(MOST_HOSTS, `there are more than ${MOST_HOSTS} hosts: run it on some of them at a time`)
  .readonly();

export const secretValueSchema = z
  .string()
  .max(LONGEST_SECRET, `an answer is longer than ${LONGEST_SECRET} characters`);

/** Positions in a list of hosts. */
export const positionsSchema = z
  .array(z.number().int().nonnegative("a position is below 0"))
  .max(MOST_HOSTS, `there are more than ${MOST_HOSTS} positions`)
  .readonly();

const timeoutMsSchema = z.number().positive("a time is not more than 0 ms");

export const limitsSchema = z.object({
  concurrency: z
    .number()
    .int("concurrency is no whole number")
    .positive("concurrency is less than 1")
    .exactOptional(),
  connectTimeoutMs: timeoutMsSchema.exactOptional(),
  stepTimeoutMs: timeoutMsSchema.exactOptional(),
  idleTimeoutMs: timeoutMsSchema.exactOptional(),
  totalTimeoutMs: timeoutMsSchema.exactOptional(),
});
