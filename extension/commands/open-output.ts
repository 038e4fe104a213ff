// Opens the output of a host in a run, from a row of the tree or a link in a hover.
import type { Services } from "../services.ts";

export async function openOutput(
  { runs, outputDocuments }: Services,
  target?: unknown,
  hostName?: unknown,
): Promise<void> {
  const { runId, host } = readTarget(target, hostName);
  const run = runs.get(runId);
  if (run === undefined || host === "") return;
  await outputDocuments.open({ project: run.project, runId, host });
}

function readTarget(target: unknown, hostName: unknown): { runId: string; host: string } {
  const given =
    typeof target === "object" && target !== null ? target : { runId: target, host: hostName };
  const { runId, host } = given as { runId?: unknown; host?: unknown };
  return {
    runId: typeof runId === "string" ? runId : "",
    host: typeof host === "string" ? host : "",
  };
}
