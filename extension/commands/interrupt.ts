// Stops what this window has started, and says what was lost and what may still run.
import { cancelRun, type InterruptReport } from "re-ops/protocol";
import * as vscode from "vscode";
import { runsOf } from "../core/runs-of-result.ts";
import type { Services } from "../services.ts";

export async function interrupt(services: Services, id?: unknown): Promise<void> {
  const { evaluator, connections } = services;
  const reports =
    typeof id === "string" && evaluator.isUnderWay(id)
      ? await evaluator.interrupt([id])
      : [
          ...(await evaluator.interruptAll(connections.all())),
          ...(await cancelRunsOfResults(services)),
        ];
  tell(reports, services);
}

// A form that gave its value while its run goes on is over for the live process, and not for the person.
async function cancelRunsOfResults({
  connections,
  results,
  runs,
}: Services): Promise<InterruptReport[]> {
  const running = results
    .all()
    .flatMap((result) => (result.phase.kind === "settled" ? runsOf(result, runs) : []))
    .filter((run) => run.header.state === "running");
  return Promise.all(
    running.flatMap(({ project, header }) => {
      const server = connections.get(project)?.server;
      if (server === undefined) return [];
      return server.runtime
        .request(cancelRun, { runId: header.id })
        .then((report) => ({ ...report, message: `${header.title}: ${report.message}` }));
    }),
  );
}

function tell(reports: readonly InterruptReport[], { log }: Services): void {
  const words = [...new Set(reports.map(({ message }) => message))].join(" · ");
  if (words === "") return;
  log.info(`Interrupted: ${words}`);
  const matters = reports.some(({ rung, survivors }) => rung > 1 || survivors.length > 0);
  if (matters) void vscode.window.showWarningMessage(words);
  else vscode.window.setStatusBarMessage(`Re-ops: ${words}`, 5000);
}
