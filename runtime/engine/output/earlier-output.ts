// The output of runs that this process does not have in memory: how each step went from the journal, what it printed from the spool.
import type { StepOutput } from "../../protocol/runs.ts";
import type { JournalledStep } from "../journal/read-steps.ts";
import type { ReadableOutput } from "./host-output.ts";
import type { Spool } from "./spool.ts";
import { readableOf } from "./spooled-output.ts";
import { viewOutput } from "./view-output.ts";

const NOTHING: ReadableOutput = {
  bytes: () => 0,
  read: () => Promise.resolve(Buffer.alloc(0)),
  lost: 0,
  folder: undefined,
  ended: true,
};

/** `isKept`: the spool has something of this host. */
export async function showEarlierOutput(
  spool: Spool,
  steps: readonly JournalledStep[],
  where: { readonly runId: string; readonly host: string; readonly headBytes: number },
): Promise<{ readonly steps: readonly StepOutput[]; readonly isKept: boolean }> {
  const { runId, host, headBytes } = where;
  const spooled = (await spool.read(runId)).filter((one) => one.host === host);
  const shown = steps.map(async ({ index, label, state, ...told }) => {
    const found = spooled.find(({ step }) => step === index);
    const output = found === undefined ? NOTHING : readableOf(found);
    return { index, label, state, ...(await viewOutput(output, headBytes)), ...told };
  });
  return { steps: await Promise.all(shown), isKept: spooled.length > 0 };
}

export async function findEarlierOutput(
  spool: Spool,
  where: { readonly runId: string; readonly host: string; readonly step: number },
): Promise<ReadableOutput | undefined> {
  const spooled = await spool.read(where.runId);
  const found = spooled.find(({ host, step }) => host === where.host && step === where.step);
  return found === undefined ? undefined : readableOf(found);
}
