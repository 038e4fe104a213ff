// Cancels a run on its hosts and in the live process, and says what was stopped and what may still run.
import { cancelRun as request } from "re-ops/protocol";
import * as vscode from "vscode";
import type { Services } from "../services.ts";
import { runIdOf } from "./run-id.ts";

export async function cancelRun({ connections, runs }: Services, target?: unknown): Promise<void> {
  const runId = runIdOf(target);
  const run = runs.get(runId);
  const server = run && connections.get(run.project)?.server;
  if (run === undefined || server === undefined) return;
  const { message, rung, survivors } = await server.runtime.request(request, { runId });
  const words = `${run.header.title}: ${message}`;
  if (rung > 1 || survivors.length > 0) void vscode.window.showWarningMessage(words);
  else vscode.window.setStatusBarMessage(`Re-ops: ${words}`, 5000);
}
