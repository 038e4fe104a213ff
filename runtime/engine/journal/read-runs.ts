// Reads runs back from the journal, for lists of what happened.
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { HostSummary, RunHeader } from "../../protocol/runs.ts";
import { hostSummarySchema, runStateSchema } from "../../protocol/runs.ts";
import type { Owner } from "./owner.ts";

export interface JournalledRun {
  readonly header: RunHeader;
  readonly owner: Owner;
  /** The last step each host was part of; `running` where no end was written, for beginnings are not. */
  readonly hosts: readonly HostSummary[];
}

const runRow = z.object({
  id: z.string(),
  title: z.string(),
  file: z.string().nullable(),
  line: z.number().nullable(),
  column: z.number().nullable(),
  evaluation_id: z.string().nullable(),
  parent_id: z.string().nullable(),
  owner_pid: z.number(),
  owner_started: z.string(),
  started_at: z.number(),
  ended_at: z.number().nullable(),
  state: runStateSchema,
  message: z.string().nullable(),
});

const stepRow = z.object({ step: z.number(), label: z.string(), hosts: z.string() });
const resultRow = z.object({
  step: z.number(),
  host: z.string(),
  kind: hostSummarySchema.shape.state,
  ms: z.number().nullable(),
  code: z.number().nullable(),
  signal: z.string().nullable(),
  message: z.string().nullable(),
  next: z.string().nullable(),
  cut: z.number(),
});

export function readRuns(database: DatabaseSync, limit: number): readonly JournalledRun[] {
  const runs = database.prepare("SELECT * FROM runs ORDER BY started_at DESC, rowid DESC LIMIT ?");
  const steps = database.prepare(
    "SELECT step, label, hosts FROM steps WHERE run_id = ? ORDER BY step",
  );
  const results = database.prepare("SELECT * FROM results WHERE run_id = ? ORDER BY step");
  return z
    .array(runRow)
    .parse(runs.all(limit))
    .map((row) => {
      const hosts = hostsOf(
        z.array(stepRow).parse(steps.all(row.id)),
        z.array(resultRow).parse(results.all(row.id)),
      );
      return { header: headerOf(row, hosts), hosts, owner: ownerOf(row) };
    });
}

function hostsOf(
  steps: readonly z.infer<typeof stepRow>[],
  results: readonly z.infer<typeof resultRow>[],
): readonly HostSummary[] {
  const hosts = new Map<string, HostSummary>();
  for (const { step, label, hosts: names } of steps) {
    for (const host of z.array(z.string()).parse(JSON.parse(names))) {
      hosts.set(host, { host, state: "running", step: label });
    }
    for (const result of results.filter((one) => one.step === step)) {
      hosts.set(result.host, {
        host: result.host,
        state: result.kind,
        step: label,
        ...(result.ms !== null && { ms: result.ms }),
        ...(result.code !== null && { code: result.code }),
        ...(result.signal !== null && { signal: result.signal }),
        ...(result.message !== null && { message: result.message }),
        ...(result.next !== null && { next: result.next }),
        ...(result.cut > 0 && { cut: result.cut }),
      });
    }
  }
  return [...hosts.values()];
}

function headerOf(row: z.infer<typeof runRow>, hosts: readonly HostSummary[]): RunHeader {
  const count = (is: (host: HostSummary) => boolean) => hosts.filter(is).length;
  const ok = count((host) => host.state === "success");
  const running = count((host) => host.state === "running");
  const step = hosts.at(-1)?.step;
  return {
    id: row.id,
    title: row.title,
    state: row.state,
    startedAt: row.started_at,
    counts: { total: hosts.length, ok, running, failed: hosts.length - ok - running },
    ...(row.ended_at !== null && { ms: row.ended_at - row.started_at }),
    ...(step !== undefined && { step }),
    ...(row.file !== null && {
      place: { file: row.file, line: row.line ?? 1, column: row.column ?? 1 },
    }),
    ...(row.evaluation_id !== null && { evaluationId: row.evaluation_id }),
    ...(row.parent_id !== null && { parentId: row.parent_id }),
    ...(row.message !== null && { message: row.message }),
  };
}

function ownerOf(row: z.infer<typeof runRow>): Owner {
  return { pid: row.owner_pid, startedAt: row.owner_started };
}
