// Shows the Runs view, and one run in it when a link names it.
import type { Services } from "../services.ts";

export async function showRuns({ runsTree }: Services, runId?: unknown): Promise<void> {
  await runsTree.show(typeof runId === "string" ? runId : undefined);
}
