// Evaluating user code: what a client asks of the server, and what it is told.
import { z } from "zod";
import { environmentSchema } from "./door.ts";
import { notification, request } from "./message.ts";
import { interruptReportSchema } from "./interrupt.ts";
import { runResultSchema } from "./result.ts";
import { textChangeSchema } from "./text-change.ts";

/** Offsets into the text, in UTF-16 units, as editors count. */
export const rangeSchema = z.object({
  start: z.number().int().nonnegative(),
  end: z.number().int().nonnegative(),
});
export type Range = z.infer<typeof rangeSchema>;

export const frameSchema = z.object({
  file: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  functionName: z.string().exactOptional(),
});
export type Frame = z.infer<typeof frameSchema>;

/** Frames of a package, one after the other, as one: nobody mends them here. */
export const foldedFramesSchema = z.object({
  count: z.number().int(),
  /** Such as `node_modules/ws`. */
  from: z.string(),
});

/** The innermost first. */
export const traceSchema = z.array(z.union([frameSchema, foldedFramesSchema])).readonly();
export type Trace = z.infer<typeof traceSchema>;

/** An error behind the one that was thrown: its `cause`, or one of an AggregateError's `errors`. */
export const causeSchema = z.object({
  kind: z.enum(["cause", "member"]),
  /** 1 for those of the error itself, 2 for those of such a one, and so on. */
  depth: z.number().int(),
  message: z.string(),
  name: z.string().exactOptional(),
  frames: traceSchema,
});
export type Cause = z.infer<typeof causeSchema>;

/** The code of the diagnostic of a name whose declaration was not evaluated; its address is that line. */
export const NOT_EVALUATED = "not-evaluated";

/** The code of the diagnostic of a name that was meant otherwise; the fragment of its address is `from,to`. */
export const UNKNOWN_NAME = "unknown-name";

/** What would mend an error, for a command: to evaluate a declaration, or to write another name where one stands or is imported. */
export const mendSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("evaluate"),
    name: z.string(),
    file: z.string(),
    line: z.number().int(),
  }),
  z.object({ kind: z.literal("rename"), from: z.string(), to: z.string() }),
]);
export type Mend = z.infer<typeof mendSchema>;

/** A mistake in the user's program, at the user's own line and column (1-based). */
export const evaluationErrorSchema = z.object({
  message: z.string(),
  /** Such as `SyntaxError`; absent when something else than an error was thrown. */
  name: z.string().exactOptional(),
  next: z.string().exactOptional(),
  file: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  endLine: z.number().int().exactOptional(),
  endColumn: z.number().int().exactOptional(),
  frames: traceSchema,
  causes: z.array(causeSchema).readonly().exactOptional(),
  mend: mendSchema.exactOptional(),
});
export type EvaluationError = z.infer<typeof evaluationErrorSchema>;

/**
 * `expression`: the selection, else what the cursor means; `enclosing`: the next larger expression round that; `form`: the
 * whole top-level form; `needs`: what the form at the cursor needs and was never evaluated, effects and all, but not the
 * form; `file`: loads the file; `text`: every form of the text, with the names of `re-ops` in scope, as on the command line.
 */
export const modeSchema = z.enum(["expression", "enclosing", "form", "needs", "file", "text"]);
export type EvaluationMode = z.infer<typeof modeSchema>;

export const evaluateParamsSchema = z.object({
  /** Chosen by the client, unique. */
  evaluationId: z.string(),
  file: z.string(),
  /** The editor's text, saved or not, or what changed in it since this connection sent it; absent when it is the same, of the same file. */
  text: z.union([z.string(), textChangeSchema]).exactOptional(),
  selection: rangeSchema,
  mode: modeSchema,
  /** Asks for each run of the evaluation as it ends, the output of its hosts included or not, and for what to make of its value. */
  report: z.enum(["runs", "runs and output"]).exactOptional(),
  environment: environmentSchema.exactOptional(),
  /** Where relative local paths of copies begin; otherwise in the project folder. */
  localFolder: z.string().exactOptional(),
});
export type EvaluateParams = z.infer<typeof evaluateParamsSchema>;
/** The same with the text that it means. */
export type EvaluateRequest = EvaluateParams & { readonly text: string };

/** A value as a program needs it that shows or stores it. */
export const reportedValueSchema = z.object({
  kind: z.enum(["undefined", "outcome", "other"]),
  /** The value as JSON, when it can be one; only with a report of output. */
  json: z.string().exactOptional(),
  /** What JSON cannot say of it, or was too much, in words. */
  losses: z.array(z.string()).readonly().exactOptional(),
});
export type ReportedValue = z.infer<typeof reportedValueSchema>;

const answered = { range: rangeSchema, ms: z.number() };
export const evaluateResultSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("value"),
    ...answered,
    /** The value in one line, cut to a length that fits beside code; empty when only the runs matter. */
    display: z.string(),
    /** The value as an inspector shows it, several lines, bounded. */
    detail: z.string(),
    /** Runs that the evaluation started before its form settled. */
    runs: z.array(z.string()).readonly(),
    /** Something that the user should know, such as an operation that was not started and the mend. */
    note: z.string().exactOptional(),
    /** When a report was asked for. */
    value: reportedValueSchema.exactOptional(),
  }),
  z.object({
    kind: z.literal("error"),
    ...answered,
    error: evaluationErrorSchema,
    runs: z.array(z.string()).readonly(),
  }),
  z.object({
    kind: z.literal("interrupted"),
    ...answered,
    message: z.string(),
    runs: z.array(z.string()).readonly(),
  }),
]);
export type EvaluateResult = z.infer<typeof evaluateResultSchema>;

export const evaluate = request("evaluate", evaluateParamsSchema, evaluateResultSchema);

/** The forms above a cursor, for a client that evaluates one after the other. */
export const formsAbove = request(
  "formsAbove",
  z.object({ file: z.string(), text: z.string(), cursor: z.number().int().nonnegative() }),
  z.union([
    z.object({ ranges: z.array(rangeSchema).readonly() }),
    z.object({ error: evaluationErrorSchema }),
  ]),
);

/** The value of an evaluation as JSON, made where the value is; only the latest are kept there. */
export const jsonValueSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("json"),
    text: z.string(),
    /** What JSON cannot say, or was too much, in words. */
    losses: z.array(z.string()).readonly(),
  }),
  z.object({ kind: z.literal("gone"), message: z.string() }),
]);
export type JsonValue = z.infer<typeof jsonValueSchema>;

export const readValue = request(
  "readValue",
  z.object({ evaluationId: z.string() }),
  jsonValueSchema,
);

/** Which range is being evaluated: sent before anything that its code prints, and before the result. */
export const evaluationStarted = notification(
  "evaluation/started",
  z.object({ evaluationId: z.string(), file: z.string(), range: rangeSchema }),
);

/** Console output of user code; `evaluationId` is absent when it comes from no evaluation. */
export const consoleOutput = notification(
  "evaluation/console",
  z.object({
    evaluationId: z.string().exactOptional(),
    stream: z.enum(["out", "err"]),
    text: z.string(),
  }),
);

/** A run of an evaluation that asked for a report is over. */
export const runEnded = notification(
  "evaluation/runEnded",
  z.object({ evaluationId: z.string(), run: runResultSchema }),
);

/** Answers when no run of the evaluation is under way any more, and all that ended were told. */
export const untilIdle = request(
  "evaluation/untilIdle",
  z.object({ evaluationId: z.string() }),
  z.object({}),
);

/** Stops an evaluation, or every one when none is named, by the ladder: signal first, then its loop, then the live process. */
export const interrupt = request(
  "interrupt",
  z.object({ evaluationId: z.string().exactOptional() }),
  interruptReportSchema,
);
