// What this window listens to on every new connection, and what it asks first.
import type { ServerConnection } from "re-ops/client";
import {
  consoleOutput,
  dependencyOffered,
  evaluationStarted,
  getStatus,
  listRuns,
  notice,
  outputChanged,
  runsChanged,
  type Status,
  statusChanged,
} from "re-ops/protocol";
import * as vscode from "vscode";
import { adoptRunning } from "../evaluation/adopt-running.ts";
import type { Services } from "../services.ts";
import { offerDependency } from "./offer-dependency.ts";
import { offerRestart } from "./offer-restart.ts";
import type { ProjectConnection } from "./project-connection.ts";

/** Runs of earlier windows and servers that are shown. */
const LISTED_RUNS = 100;

export function greet(
  services: Services,
  connection: ProjectConnection,
  server: ServerConnection,
): void {
  listen(services, connection, server);
  services.questions.serve(server);
  askFirst(services, connection, server).catch((error: unknown) => {
    services.log.warn(`${connection.project}: ${String(error)}`);
  });
}

function listen(
  { runs, evaluator, console, outputDocuments, log, memory }: Services,
  connection: ProjectConnection,
  server: ServerConnection,
): void {
  const { project } = connection;
  const { runtime } = server;
  runtime.onNotification(evaluationStarted, ({ evaluationId, file, range }) => {
    console.started(evaluationId, file, range);
    evaluator.started(evaluationId, range);
  });
  runtime.onNotification(runsChanged, ({ changes }) => {
    runs.apply(project, changes);
  });
  runtime.onNotification(consoleOutput, ({ evaluationId, text }) => {
    console.output(evaluationId, text);
  });
  runtime.onNotification(outputChanged, ({ runId, host }) => {
    outputDocuments.more(runId, host);
  });
  runtime.onNotification(statusChanged, (status) => {
    connection.told(status);
  });
  runtime.onNotification(notice, ({ severity, message }) => {
    log.info(`${project}: ${message}`);
    if (severity === "error") void vscode.window.showErrorMessage(`Re-ops: ${message}`);
    if (severity === "warning") void vscode.window.showWarningMessage(`Re-ops: ${message}`);
  });
  runtime.onNotification(dependencyOffered, (offer) => {
    offerDependency(offer, server, memory).catch((error: unknown) => {
      log.warn(`${project}: ${String(error)}`);
    });
  });
}

async function askFirst(
  services: Services,
  connection: ProjectConnection,
  server: ServerConnection,
): Promise<void> {
  // Each answer counts as soon as it is there: a change that is told after it must come after it.
  const [status] = await Promise.all([
    askStatus(connection, server),
    askRuns(services, connection, server),
  ]);
  services.outputDocuments.connected(connection.project);
  await offerRestart(server, status, services.serverFolder);
}

async function askStatus(connection: ProjectConnection, server: ServerConnection): Promise<Status> {
  const status = await server.runtime.request(getStatus, {});
  connection.told(status);
  return status;
}

async function askRuns(
  { runs, results }: Services,
  { project }: ProjectConnection,
  server: ServerConnection,
): Promise<void> {
  const listed = await server.runtime.request(listRuns, { limit: LISTED_RUNS });
  runs.replace(project, listed.runs);
  adoptRunning(runs, results, vscode.workspace.textDocuments);
}
