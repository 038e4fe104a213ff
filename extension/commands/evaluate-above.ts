// Evaluates each form above the cursor, in order, until one fails.
import { formsAbove } from "re-ops/protocol";
import * as vscode from "vscode";
import { evaluateInTurn } from "../evaluation/evaluate-in-turn.ts";
import { askedIn } from "../evaluation/evaluate-in-editor.ts";
import type { Services } from "../services.ts";

export async function evaluateAbove(services: Services): Promise<void> {
  const asked = askedIn(services);
  if (asked === undefined) return;
  const { connection, document, selection } = asked;
  const server = connection.server ?? (await connection.whenConnected());
  const file = document.uri.fsPath;
  const question = { file, text: document.getText(), cursor: selection.start };
  const found = await server.runtime.request(formsAbove, question);
  if ("error" in found) {
    const { message, next, line } = found.error;
    const where = `line ${String(line)}: ${message}`;
    void vscode.window.showWarningMessage(next === undefined ? where : `${where}. ${next}`);
    return;
  }
  const stop = await evaluateInTurn(services.evaluator, connection, document, found.ranges);
  if (stop === undefined) return;
  const { line } = document.positionAt(stop.at.start);
  const message = `Stopped at line ${String(line + 1)}, ${stop.why}: ${String(stop.done)} of ${String(found.ranges.length)} forms above were evaluated.`;
  const choice = await vscode.window.showWarningMessage(message, "Go to Line");
  if (choice === undefined) return;
  const place = document.positionAt(stop.at.start);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(place, place) });
}
