// Asks the server of a project to refresh, shows what it did, and a broken file in place.
import path from "node:path";
import { type EvaluationError, refreshFiles } from "re-ops/protocol";
import * as vscode from "vscode";
import { pickConnection } from "../connection/pick-connection.ts";
import { describeRefresh, describeRefreshError } from "../core/workflow-words.ts";
import type { Services } from "../services.ts";

export async function refreshProject(
  { connections, diagnostics, log }: Services,
  which: { readonly all: boolean },
): Promise<void> {
  const connection = await pickConnection(connections, "Refresh the files of");
  if (connection?.server === undefined) return;
  const { project, server } = connection;
  const result = await server.runtime.request(refreshFiles, which);
  diagnostics.showRefresh(project, result.kind === "error" ? result.error : undefined);
  if (result.kind === "error") {
    const words = describeRefreshError(result.error, project);
    log.warn(`refresh: ${words}`);
    void offerPlace(words, result.error);
    return;
  }
  const words =
    result.kind === "lost" ? result.message : describeRefresh(result.report, unsavedIn(project));
  log.info(`refresh: ${words}`);
  void vscode.window.showInformationMessage(words);
}

async function offerPlace(words: string, { file, line, column }: EvaluationError): Promise<void> {
  const picked = await vscode.window.showErrorMessage(words, "Show");
  if (picked === undefined) return;
  const position = new vscode.Position(line - 1, Math.max(0, column - 1));
  const selection = new vscode.Range(position, position);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection });
}

/** What a refresh cannot see, because it reads the disk. */
function unsavedIn(project: string): string[] {
  return vscode.workspace.textDocuments
    .filter(({ isDirty, uri }) => isDirty && uri.fsPath.startsWith(project + path.sep))
    .map(({ uri }) => path.relative(project, uri.fsPath));
}
