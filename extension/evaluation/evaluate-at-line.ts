// Evaluates what stands on a line of a file, which may be open in no editor.
import type { EvaluationMode } from "re-ops/protocol";
import * as vscode from "vscode";
import type { Services } from "../services.ts";

/** `line` counts from 1. */
export async function evaluateAtLine(
  { connections, evaluator }: Services,
  mode: EvaluationMode,
  file: unknown,
  line: unknown,
): Promise<void> {
  if (typeof file !== "string" || typeof line !== "number") return;
  const document = await vscode.workspace.openTextDocument(file);
  const connection = connections.of(document);
  if (connection === undefined || line < 1 || line > document.lineCount) return;
  const { firstNonWhitespaceCharacterIndex } = document.lineAt(line - 1);
  const start = document.offsetAt(new vscode.Position(line - 1, firstNonWhitespaceCharacterIndex));
  await evaluator.evaluate(connection, document, mode, { start, end: start });
}
