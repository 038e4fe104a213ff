// What `re-ops run --json` and `re-ops eval --json` print: one document, versioned by `schema`.
import { z } from "zod";
import { failureKindSchema, runStateSchema } from "./runs.ts";

const hostSchema = z.object({
  host: z.string(),
  kind: z.enum(["success", ...failureKindSchema.options]),
  step: z.string(),
  ms: z.number().optional(),
  out: z.string().optional(),
  err: z.string().optional(),
  code: z.number().int().optional(),
  signal: z.string().optional(),
  cut: z.number().optional(),
  message: z.string().optional(),
  next: z.string().optional(),
});

export const cliResultSchema = z.object({
  schema: z.literal("re-ops.result/1"),
  exitCode: z.number().int(),
  runs: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      state: runStateSchema,
      /** Each host of each step, in the order in which they ended. */
      hosts: z.array(hostSchema),
    }),
  ),
  /** The value of the call or expression as JSON, when it can be one. */
  value: z.unknown().optional(),
  error: z.object({ message: z.string(), next: z.string().optional() }).optional(),
});
export type CliResult = z.infer<typeof cliResultSchema>;
