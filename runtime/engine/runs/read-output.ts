// What a host printed in a run, for whoever shows it: of runs in memory as far as they are, of earlier ones as it was kept.
import type { OutputPage, StepOutput } from "../../protocol/runs.ts";
import type { Journal } from "../journal/journal.ts";
import { findEarlierOutput, showEarlierOutput } from "../output/earlier-output.ts";
import type { OutputStream } from "../output/host-output.ts";
import type { Spool } from "../output/spool.ts";
import { readPage } from "../output/view-output.ts";
import type { RunRecords } from "./run-list.ts";

export interface ShownOutput {
  readonly steps: readonly StepOutput[];
  readonly note?: string;
}

export interface PageOfOutput {
  readonly runId: string;
  readonly host: string;
  readonly step: number;
  readonly stream: OutputStream;
  readonly offset: number;
  readonly bytes: number;
}

export interface OutputSources {
  readonly records: RunRecords;
  readonly spool: Spool;
  readonly journal: Journal | undefined;
}

/** Of each stream the beginning, at most so many bytes, and the end. */
export async function readOutput(
  { records, spool, journal }: OutputSources,
  where: { readonly runId: string; readonly host: string; readonly headBytes: number },
): Promise<ShownOutput> {
  const { runId, host, headBytes } = where;
  const record = records.get(runId);
  const steps = await record?.showOutput(host, headBytes);
  if (record !== undefined && steps !== undefined) {
    return record.outputForgotten(host) ? { steps, note: FORGOTTEN } : { steps };
  }
  const journalled = journal?.stepsOf(runId, host) ?? [];
  const { steps: earlier, isKept } = await showEarlierOutput(spool, journalled, where);
  return isKept ? { steps: earlier } : { steps: earlier, note: NOT_KEPT };
}

/** Rejects when there is no such output. */
export async function readOutputPage(
  { records, spool }: Omit<OutputSources, "journal">,
  { runId, host, step, stream, offset, bytes }: PageOfOutput,
): Promise<OutputPage> {
  const output =
    records.get(runId)?.outputOf(host, step) ??
    (await findEarlierOutput(spool, { runId, host, step }));
  if (output === undefined) throw new Error(NOT_KEPT);
  return readPage(output, stream, offset, bytes);
}

const NOT_KEPT =
  "Nothing that this host printed is kept: it printed nothing, its process has ended before it was written, or it was removed to make room.";
const FORGOTTEN =
  "Part of this output was forgotten: the disk did not take it, and memory was needed for that of newer runs.";
