// Stops what this window has started, and says what was lost and what may still run.
import { cancelRun, type InterruptReport } from "re-ops/protocol";
import * as vscode from "vscode";
import { runsOf } from "../core/runs-of-result.ts";
import type { Services } from "../services.ts";

type Report = Pick<InterruptReport, "message" | "lost" | "survivors" | "liveRestarted">;

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
async function cancelRunsOfResults({ connections, results, runs }: Services): Promise<Report[]> {
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
        .then(({ survivors }): Report => ({
          message: `cancelled ${header.title}`,
          lost: [],
          survivors,
          liveRestarted: false,
        }));
    }),
  );
}

function tell(reports: readonly Report[], { log }: Services): void {
  const lines = reports.flatMap(({ message, lost, survivors }) => [
    message,
    ...lost.map((names) => `lost: ${names}`),
    ...survivors.map(({ host, message: still }) => `${host}: ${still}`),
  ]);
  const words = [...new Set(lines)].join(" · ");
  if (words === "") return;
  log.info(`Interrupted: ${words}`);
  const matters = reports.some((one) => one.liveRestarted || one.survivors.length > 0);
  if (matters) void vscode.window.showWarningMessage(words);
  else vscode.window.setStatusBarMessage(`Re-ops: ${words}`, 5000);
}
