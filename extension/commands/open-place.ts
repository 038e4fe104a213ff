// Goes to a line of a file: from a frame of an error.
import * as vscode from "vscode";
import type { Services } from "../services.ts";

export async function openPlace(
  _services: Services,
  file: unknown,
  line: unknown,
  column: unknown,
): Promise<void> {
  if (typeof file !== "string" || typeof line !== "number" || typeof column !== "number") return;
  const position = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  await vscode.window.showTextDocument(vscode.Uri.file(file), {
    selection: new vscode.Range(position, position),
  });
}
