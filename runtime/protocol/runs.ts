// Runs as clients see them: a header each, a line per host, and the output of a host on demand.
import { z } from "zod";
import { interruptReportSchema } from "./interrupt.ts";
import { notification, request } from "./message.ts";

export const placeSchema = z.object({
  file: z.string(),
  line: z.number().int(),
  column: z.number().int(),
});

export const failureKindSchema = z.enum([
  "exited",
  "unreachable",
  "refused",
  "timedOut",
  "cancelled",
  "skipped",
  "unknown",
]);

/** `unknown`: its owner died, nobody knows; `interrupted`: its functions were lost with the live process after some step. */
export const runStateSchema = z.enum([
  "running",
  "succeeded",
  "failed",
  "notMet",
  "cancelled",
  "broken",
  "interrupted",
  "unknown",
]);
export type RunState = z.infer<typeof runStateSchema>;

export const runCountsSchema = z.object({
  total: z.number().int(),
  ok: z.number().int(),
  failed: z.number().int(),
  /** All that have no end yet, also those that wait for their turn. */
  running: z.number().int(),
});

export const runHeaderSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: runStateSchema,
  /** Milliseconds since 1970. */
  startedAt: z.number(),
  ms: z.number().exactOptional(),
  /** Label of the step under way, or of the last one. */
  step: z.string().exactOptional(),
  counts: runCountsSchema,
  place: placeSchema.exactOptional(),
  evaluationId: z.string().exactOptional(),
  parentId: z.string().exactOptional(),
  /** What a broken, interrupted or unknown run has to say. */
  message: z.string().exactOptional(),
});
export type RunHeader = z.infer<typeof runHeaderSchema>;

/** `waiting`: its step has begun, and as many hosts as may at a time are being worked on. */
export const hostStateSchema = z.enum([
  "waiting",
  "running",
  "success",
  ...failureKindSchema.options,
]);

/** Where a host stands in a run: its last step. */
export const hostSummarySchema = z.object({
  host: z.string(),
  state: hostStateSchema,
  step: z.string(),
  ms: z.number().exactOptional(),
  message: z.string().exactOptional(),
  next: z.string().exactOptional(),
  code: z.number().int().exactOptional(),
  signal: z.string().exactOptional(),
  /** First line of its output, for hovers. */
  head: z.string().exactOptional(),
  /** Bytes of output that its value does not hold. */
  cut: z.number().exactOptional(),
  /** Bytes of output that are not UTF-8. */
  replaced: z.number().exactOptional(),
});
export type HostSummary = z.infer<typeof hostSummarySchema>;

export const runDetailSchema = z.object({
  header: runHeaderSchema,
  hosts: z.array(hostSummarySchema).readonly(),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

/** The newest runs first, those of earlier servers from the journal. */
export const listRuns = request(
  "runs/list",
  z.object({ limit: z.number().int().positive() }),
  z.object({ runs: z.array(runDetailSchema).readonly() }),
);

/** What changed, batched: headers whole, hosts only those that changed. */
export const runsChanged = notification(
  "runs/changed",
  z.object({
    changes: z
      .array(z.object({ header: runHeaderSchema, hosts: z.array(hostSummarySchema).readonly() }))
      .readonly(),
  }),
);
export type RunChange = z.infer<typeof runsChanged.params>["changes"][number];

/** Stops a run, on its hosts and in the live process; answers when that was checked. */
export const cancelRun = request(
  "runs/cancel",
  z.object({ runId: z.string() }),
  interruptReportSchema,
);

const streamSchema = z.enum(["out", "err"]);

/** How many bytes of each stream's beginning are shown unless more are asked for, and at most. */
export const SHOWN_BYTES = 256 * 1024;
export const MOST_SHOWN_BYTES = 4 * 1024 * 1024;
/** The most that one page may hold. */
export const MOST_PAGE_BYTES = 1024 * 1024;

/** Of each stream the beginning and the end as text, with a mark in a line of its own where something is left out. */
export const outputViewSchema = z.object({
  out: z.string(),
  err: z.string(),
  /** How much there is to read of each stream. */
  bytes: z.object({ out: z.number(), err: z.number() }),
  /** Bytes that are left out here: a longer head shows them, and so do pages. */
  hidden: z.number(),
  /** Bytes that are not UTF-8, for which U+FFFD stands here. */
  replaced: z.number(),
  /** Bytes that were not kept. */
  lost: z.number(),
  /** The folder that holds each stream as it came, in files `out` and `err`. */
  folder: z.string().exactOptional(),
});
export type OutputView = z.infer<typeof outputViewSchema>;

export const stepOutputSchema = outputViewSchema.extend({
  index: z.number().int(),
  label: z.string(),
  state: hostStateSchema,
  ms: z.number().exactOptional(),
  message: z.string().exactOptional(),
  next: z.string().exactOptional(),
});
export type StepOutput = z.infer<typeof stepOutputSchema>;

/** The output of one host in a run, step by step. `note` says why there is none. */
export const readOutput = request(
  "output/read",
  z.object({
    runId: z.string(),
    host: z.string(),
    /** Bytes of each stream's beginning; otherwise `SHOWN_BYTES`. */
    headBytes: z.number().int().positive().max(MOST_SHOWN_BYTES).exactOptional(),
  }),
  z.object({ steps: z.array(stepOutputSchema).readonly(), note: z.string().exactOptional() }),
);

export const outputPageSchema = z.object({
  text: z.string(),
  /** Where the next page begins: a page ends with a whole character. */
  next: z.number().int(),
  /** How much there is of this stream, so far. */
  bytes: z.number().int(),
});
export type OutputPage = z.infer<typeof outputPageSchema>;

/** Part of the output of one host in one step. Fails when there is no such output. */
export const readOutputPage = request(
  "output/page",
  z.object({
    runId: z.string(),
    host: z.string(),
    step: z.number().int().nonnegative(),
    stream: streamSchema,
    offset: z.number().int().nonnegative(),
    bytes: z.number().int().min(16).max(MOST_PAGE_BYTES),
  }),
  outputPageSchema,
);

/** Asks for `output/changed` while a document shows the output; ends with the connection. */
export const followOutput = request(
  "output/follow",
  z.object({ runId: z.string(), host: z.string(), follow: z.boolean() }),
  z.object({}),
);

export const outputChanged = notification(
  "output/changed",
  z.object({ runId: z.string(), host: z.string() }),
);
