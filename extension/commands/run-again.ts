// Evaluates the form of an inline result again, as it stands now.
import * as vscode from "vscode";
import type { Services } from "../services.ts";

export async function runAgain(
  { connections, evaluator, results }: Services,
  id: unknown,
): Promise<void> {
  const result = typeof id === "string" ? results.get(id) : undefined;
  if (result === undefined) return;
  const document = await vscode.workspace.openTextDocument(result.file);
  const connection = connections.of(document);
  if (connection === undefined) return;
  const mode = result.mode === "enclosing" ? "expression" : result.mode;
  await evaluator.evaluate(connection, document, mode, result.range);
}
