// Asks once whether a project should name `re-ops` in its package.json, so that `npm install` keeps the types.
import type { ServerConnection } from "re-ops/client";
import { addDependency } from "re-ops/protocol";
import * as vscode from "vscode";

const ADD = "Add";
const NEVER = "Don't Ask Again";

export async function offerDependency(
  { message, packageJson }: { message: string; packageJson: string },
  { runtime }: ServerConnection,
  memory: vscode.Memento,
): Promise<void> {
  const key = `not offered: ${packageJson}`;
  if (memory.get<boolean>(key) === true) return;
  const answer = await vscode.window.showInformationMessage(message, ADD, NEVER);
  if (answer === NEVER) await memory.update(key, true);
  if (answer !== ADD) return;
  const { added, message: done } = await runtime.request(addDependency, {});
  if (added) vscode.window.setStatusBarMessage(`Re-ops: ${done}`, 5000);
  else void vscode.window.showWarningMessage(`Re-ops: ${done}`);
}
