// Go, stop, reset and refresh: what a client asks of the server, and what each has done.
import { z } from "zod";
import { evaluationErrorSchema } from "./evaluation.ts";
import { request } from "./message.ts";

const names = z.array(z.string()).readonly();

/** What was stopped and started, by the names of the components, in order; notes are sentences for the user. */
export const componentsReportSchema = z.object({ stopped: names, started: names, notes: names });

export type ComponentsReport = z.infer<typeof componentsReportSchema>;

export const componentsActionSchema = z.enum(["go", "stop", "reset"]);
export type ComponentsAction = z.infer<typeof componentsActionSchema>;

/** Files are relative to the project folder, in the order in which they were evaluated. */
export const refreshReportSchema = z.object({
  evaluated: names,
  reread: names,
  deleted: names,
  gone: z.array(z.object({ file: z.string(), names })).readonly(),
});

export type RefreshReport = z.infer<typeof refreshReportSchema>;

/** `error`: a file is broken, at this place; `lost`: the live process ended meanwhile. */
export const refreshResultSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("done"), report: refreshReportSchema }),
  z.object({ kind: z.literal("error"), error: evaluationErrorSchema }),
  z.object({ kind: z.literal("lost"), message: z.string() }),
]);
export type RefreshResult = z.infer<typeof refreshResultSchema>;

/** Evaluates anew what changed on disk, or all that was evaluated. */
export const refreshFiles = request(
  "workflow/refresh",
  z.object({ all: z.boolean() }),
  refreshResultSchema,
);

/** Starts or stops the components, or both with an empty live process. */
export const controlComponents = request(
  "workflow/components",
  z.object({ action: componentsActionSchema }),
  componentsReportSchema,
);
