// Goes to the line of code that started a run.
import * as vscode from "vscode";
import type { Services } from "../services.ts";
import { runIdOf } from "./run-id.ts";

export async function openSource({ runs }: Services, target?: unknown): Promise<void> {
  const place = runs.get(runIdOf(target))?.header.place;
  if (place === undefined) {
    void vscode.window.showInformationMessage("Where this run was started is not known.");
    return;
  }
  const position = new vscode.Position(place.line - 1, Math.max(0, place.column - 1));
  await vscode.window.showTextDocument(vscode.Uri.file(place.file), {
    selection: new vscode.Range(position, position),
  });
}
