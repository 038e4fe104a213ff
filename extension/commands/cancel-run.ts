// Cancels a run on its hosts and says what could not be stopped.
import { cancelRun as request } from "re-ops/protocol";
import * as vscode from "vscode";
import type { Services } from "../services.ts";
import { runIdOf } from "./run-id.ts";

export async function cancelRun({ connections, runs }: Services, target?: unknown): Promise<void> {
  const runId = runIdOf(target);
  const run = runs.get(runId);
  const server = run && connections.get(run.project)?.server;
  if (run === undefined || server === undefined) return;
  const { stopped, survivors } = await server.runtime.request(request, { runId });
  if (survivors.length === 0) {
    vscode.window.setStatusBarMessage(`Re-ops: stopped on ${String(stopped)} hosts`, 5000);
    return;
  }
  const still = survivors.map(({ host, message }) => `${host}: ${message}`);
  void vscode.window.showWarningMessage(`Not everything was stopped. ${still.join(" · ")}`);
}
