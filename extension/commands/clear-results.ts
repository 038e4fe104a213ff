// Escape: takes away the inline results of this file that are final.
import * as vscode from "vscode";
import type { Services } from "../services.ts";

export function clearResults({ results }: Services): void {
  const file = vscode.window.activeTextEditor?.document.uri.fsPath;
  if (file !== undefined) results.clear(file);
}
