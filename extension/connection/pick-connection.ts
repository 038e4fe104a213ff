// Which project a command is for: the one of the active file, the only one, or the one that a person picks.
import * as vscode from "vscode";
import type { ProjectConnection } from "./project-connection.ts";
import type { ProjectConnections } from "./project-connections.ts";

export async function pickConnection(
  connections: ProjectConnections,
  title: string,
): Promise<ProjectConnection | undefined> {
  const editor = vscode.window.activeTextEditor;
  const own = editor && connections.of(editor.document);
  const all = connections.all();
  if (own !== undefined || all.length < 2) return own ?? all[0];
  const items = all.map((connection) => ({ label: connection.project, connection }));
  return (await vscode.window.showQuickPick(items, { title }))?.connection;
}
