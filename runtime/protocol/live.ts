// The pipe between a server and its live process: user code to evaluate one way, the engine port the other.
import { z } from "zod";
import { hostNamesSchema, limitsSchema, scriptSchema } from "./bounds.ts";
import {
  evaluationErrorSchema,
  jsonValueSchema,
  rangeSchema,
  reportedValueSchema,
} from "./evaluation.ts";
import { notification, request } from "./message.ts";
import { survivorSchema } from "./interrupt.ts";
import { failureKindSchema, placeSchema } from "./runs.ts";
import { textChangeSchema } from "./text-change.ts";
import { componentsActionSchema, componentsReportSchema, refreshReportSchema } from "./workflow.ts";

/** The live process is started as `node LIVE --project FOLDER`; this descriptor of it is a socket that speaks both ways. */
export const LIVE_CHANNEL_FD = 3;

/**
 * This descriptor leads to its watchdog, a thread that user code cannot block. A line is the number of a
 * demand, and the name of a run when only its loop is to be broken off; the answer is a line, too: `break`, `spare` (another's loop), `idle` (nothing of the user's) or
 * `blocked` (it waits outside of JavaScript).
 */
export const WATCHDOG_FD = 4;

// ── server -> live ──────────────────────────────────────────────────────────

export const liveEvaluate = request(
  "live/evaluate",
  z.object({
    evaluationId: z.string(),
    file: z.string(),
    /** Or what changed in it since it was sent; absent when it is the same, of the same file. */
    text: z.union([z.string(), textChangeSchema]).exactOptional(),
    range: rangeSchema,
    whole: z.boolean(),
    /** Only what the range needs and was never evaluated. */
    needs: z.boolean().exactOptional(),
    /** The names of `re-ops` need no import. */
    prelude: z.boolean().exactOptional(),
    /** Says what to make of the value; `json`: as JSON too. */
    report: z.object({ json: z.boolean() }).exactOptional(),
    /** Where relative local paths of copies begin; otherwise in the project folder. */
    localFolder: z.string().exactOptional(),
  }),
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("value"),
      display: z.string(),
      detail: z.string(),
      runs: z.array(z.string()).readonly(),
      note: z.string().exactOptional(),
      value: reportedValueSchema.exactOptional(),
    }),
    z.object({
      kind: z.literal("error"),
      error: evaluationErrorSchema,
      runs: z.array(z.string()).readonly(),
    }),
    z.object({
      kind: z.literal("interrupted"),
      runs: z.array(z.string()).readonly(),
      /** Why, when it was not what somebody asked for. */
      message: z.string().exactOptional(),
    }),
  ]),
);
export type LiveEvaluateResult = z.infer<typeof liveEvaluate.result>;

/** The value of an earlier evaluation, which is not evaluated again for it. */
export const liveReadValue = request(
  "live/readValue",
  z.object({ evaluationId: z.string() }),
  jsonValueSchema,
);

/** User code that the watchdog has broken off, because it kept the event loop from turning. */
export const brokenLoopSchema = z.object({
  /** Where it was, in the user's own source. */
  place: placeSchema,
  /** The evaluation in whose name it ran, as long as that had not settled. */
  evaluationId: z.string().exactOptional(),
  /** The run in whose stage it was. */
  runId: z.string().exactOptional(),
  /** Whether a timer had started it, which was stopped. */
  byTimer: z.boolean(),
});
export type BrokenLoop = z.infer<typeof brokenLoopSchema>;

/**
 * Rung 1: aborts the signal of an evaluation, or of all when neither it nor a run is named; a run is cancelled through the
 * port. Answers at once when the event loop of the live process turns, with what was broken off since the last answer.
 */
export const liveInterrupt = request(
  "live/interrupt",
  z.object({
    /** Counts up; the watchdog leaves alone what comes after the answer. */
    demand: z.number().int(),
    evaluationId: z.string().exactOptional(),
    runId: z.string().exactOptional(),
  }),
  z.object({ broken: z.array(brokenLoopSchema).readonly() }),
);

/** Evaluates anew what changed on disk, or all that was evaluated. */
export const liveRefresh = request(
  "live/refresh",
  z.object({ all: z.boolean() }),
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("done"), report: refreshReportSchema }),
    z.object({ kind: z.literal("error"), error: evaluationErrorSchema }),
  ]),
);

/** Everything stops: evaluations are interrupted but for one, and what user code holds is disposed; gives what went wrong. */
export const liveRelease = request(
  "live/release",
  z.object({ keep: z.string().exactOptional() }),
  z.object({ mistakes: z.array(z.string()).readonly() }),
);

/** Somebody cancelled a run: the pipeline must not go on. */
export const runCancelled = notification(
  "port/cancelled",
  z.object({ runId: z.string(), reason: z.string() }),
);

export const stepResultSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("success"),
    host: z.string(),
    ms: z.number(),
    value: z.union([
      z.object({
        out: z.string(),
        err: z.string(),
        code: z.number(),
        cut: z.number(),
        replaced: z.number().exactOptional(),
        rest: z.string().exactOptional(),
      }),
      z.object({
        path: z.string(),
        files: z.number().int(),
        bytes: z.number().int(),
        skipped: z.array(z.string()).readonly(),
      }),
    ]),
  }),
  z.object({
    kind: failureKindSchema,
    host: z.string(),
    step: z.string(),
    message: z.string(),
    next: z.string(),
    code: z.number().exactOptional(),
    signal: z.string().exactOptional(),
    out: z.string().exactOptional(),
    err: z.string().exactOptional(),
    cut: z.number().exactOptional(),
    replaced: z.number().exactOptional(),
    rest: z.string().exactOptional(),
    ms: z.number().exactOptional(),
  }),
]);

/** Hosts of a step that are done, batched. */
export const stepResults = notification(
  "port/results",
  z.object({
    runId: z.string(),
    index: z.number().int(),
    results: z.array(stepResultSchema).readonly(),
  }),
);

// ── live -> server ──────────────────────────────────────────────────────────

const secretSchema = z.object({
  secret: z.string(),
  from: z.union([
    z.strictObject({ env: z.string() }),
    z.strictObject({ file: z.string() }),
    z.strictObject({ ask: z.literal(true) }),
  ]),
});

const sudoSchema = z.object({
  user: z.string().exactOptional(),
  password: secretSchema.exactOptional(),
});

const hostsSchema = z.object({
  auth: z.object({
    user: z.string().exactOptional(),
    port: z.number().int().min(1).max(65_535).exactOptional(),
    sshKey: z.string().exactOptional(),
    transport: z.enum(["ssh", "openssh", "local"]).exactOptional(),
    password: secretSchema.exactOptional(),
    sudo: z.union([z.boolean(), sudoSchema]).exactOptional(),
  }),
  hosts: hostNamesSchema,
  limits: limitsSchema,
});

/** User code has made these hosts, and may run something on them soon. */
export const portExpect = notification("port/expect", hostsSchema);

export const portStartRun = request(
  "port/startRun",
  z.object({
    id: z.string(),
    title: z.string(),
    place: placeSchema.exactOptional(),
    evaluationId: z.string().exactOptional(),
    parentId: z.string().exactOptional(),
    localFolder: z.string().exactOptional(),
  }),
  z.object({}),
);

export const portRunStep = request(
  "port/runStep",
  z.object({
    runId: z.string(),
    index: z.number().int(),
    label: z.string(),
    operation: z.string(),
    script: scriptSchema,
    transfer: z
      .object({
        direction: z.enum(["into", "from"]),
        local: z.string(),
        remote: z.string(),
        mode: z.number().int().exactOptional(),
        times: z.boolean().exactOptional(),
      })
      .exactOptional(),
    secrets: z
      .array(z.object({ at: z.number().int().nonnegative(), secret: secretSchema }))
      .readonly()
      .exactOptional(),
    sudo: sudoSchema.exactOptional(),
    answers: z.array(z.number()).readonly(),
    target: hostsSchema,
    limits: limitsSchema.exactOptional(),
    place: placeSchema.exactOptional(),
  }),
  z.object({ cancelled: z.boolean() }),
);

export const portEndRun = request(
  "port/endRun",
  z.object({
    runId: z.string(),
    verdict: z.enum(["succeeded", "failed", "notMet", "cancelled", "broken"]),
    message: z.string().exactOptional(),
  }),
  z.object({}),
);

export const portCancelRun = request(
  "port/cancelRun",
  z.object({ runId: z.string(), reason: z.string() }),
  z.object({ stopped: z.number().int(), survivors: z.array(survivorSchema).readonly() }),
);

/** User code asks for it; a `reset` is never answered, because it ends who asks. */
export const portComponents = request(
  "port/components",
  z.object({ action: componentsActionSchema, evaluationId: z.string().exactOptional() }),
  componentsReportSchema,
);

export const liveConsole = notification(
  "live/console",
  z.object({
    evaluationId: z.string().exactOptional(),
    stream: z.enum(["out", "err"]),
    text: z.string(),
  }),
);
export type LiveConsole = z.infer<typeof liveConsole.params>;

/** `let` bindings that hold a value, kept up to date so that the server can say what a killed process lost. */
export const liveBindings = notification(
  "live/bindings",
  z.object({
    files: z.array(z.object({ file: z.string(), names: z.array(z.string()).readonly() })),
  }),
);

/** What is known by now of how the forms of files stand: one that was evaluated or failed, one that holds other older values, or names that are gone. */
export const liveStandings = notification(
  "live/standings",
  z.object({
    changes: z
      .array(
        z.object({
          file: z.string(),
          /** Names that the file has no more. */
          removed: z.array(z.string()).readonly().exactOptional(),
          form: z
            .object({
              inRepl: z.boolean(),
              /** What it declares; when that is nothing its code tells it from others. */
              names: z.array(z.string()).readonly(),
              /** Of the text that was evaluated last, without comments and spacing. */
              code: z.string().exactOptional(),
              /** The same of one that failed after that. */
              failedCode: z.string().exactOptional(),
              /** Names of which it holds an older value. */
              older: z.array(z.string()).readonly(),
            })
            .exactOptional(),
        }),
      )
      .readonly(),
  }),
);
export type StandingChange = z.infer<typeof liveStandings.params>["changes"][number];

/** The live process is up. */
export const liveReady = notification("live/ready", z.object({ pid: z.number().int() }));
