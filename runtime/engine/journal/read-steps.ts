// Reads from the journal how the steps of a run went on one host.
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { type HostSummary, hostStateSchema } from "../../protocol/runs.ts";

export interface JournalledStep {
  readonly index: number;
  readonly label: string;
  /** `unknown` where no end was written. */
  readonly state: HostSummary["state"];
  readonly ms?: number;
  readonly message?: string;
  readonly next?: string;
}

const rowSchema = z.object({
  step: z.number(),
  label: z.string(),
  kind: hostStateSchema.nullable(),
  ms: z.number().nullable(),
  message: z.string().nullable(),
  next: z.string().nullable(),
});

/** None when the run never touched the host, or is not in the journal. */
export function readSteps(
  database: DatabaseSync,
  runId: string,
  host: string,
): readonly JournalledStep[] {
  const rows = database
    .prepare(
      `SELECT steps.step, label, kind, ms, message, next FROM steps
       LEFT JOIN results ON results.run_id = steps.run_id AND results.step = steps.step AND results.host = $host
       WHERE steps.run_id = $run AND EXISTS (SELECT 1 FROM json_each(steps.hosts) WHERE value = $host)
       ORDER BY steps.step`,
    )
    .all({ $run: runId, $host: host });
  return z
    .array(rowSchema)
    .parse(rows)
    .map(({ step, label, kind, ms, message, next }) => ({
      index: step,
      label,
      state: kind ?? "unknown",
      ...(ms !== null && { ms }),
      ...(message !== null && { message }),
      ...(next !== null && { next }),
    }));
}
