// What `re-ops run --json` and `re-ops eval --json` print: one document, versioned by `schema`.
import { z } from "zod";
import { failureKindSchema, runStateSchema } from "./runs.ts";

const hostSchema = z.object({
  host: z.string(),
  kind: z.enum(["success", ...failureKindSchema.options]),
  step: z.string(),
  ms: z.number().exactOptional(),
  out: z.string().exactOptional(),
  err: z.string().exactOptional(),
  code: z.number().int().exactOptional(),
  signal: z.string().exactOptional(),
  cut: z.number().exactOptional(),
  replaced: z.number().exactOptional(),
  rest: z.string().exactOptional(),
  message: z.string().exactOptional(),
  next: z.string().exactOptional(),
});

export const runResultSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: runStateSchema,
  /** Each host of each step, in the order in which they ended. */
  hosts: z.array(hostSchema),
});
export type RunResult = z.infer<typeof runResultSchema>;

export const cliResultSchema = z.object({
  schema: z.literal("re-ops.result/1"),
  exitCode: z.number().int(),
  runs: z.array(runResultSchema),
  /** The value of the call or expression as JSON, when it can be one. */
  value: z.unknown().exactOptional(),
  error: z.object({ message: z.string(), next: z.string().exactOptional() }).exactOptional(),
});
export type CliResult = z.infer<typeof cliResultSchema>;
