// After a reload of the window: runs that still go on get their mark beside the code again.
import * as vscode from "vscode";
import type { InlineResults } from "../core/inline-results.ts";
import type { RunStore } from "../core/run-store.ts";

export function adoptRunning(runs: RunStore, results: InlineResults): void {
  for (const { header } of runs.roots()) {
    const { id, state, evaluationId, place } = header;
    if (state !== "running" || evaluationId === undefined || place === undefined) continue;
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === place.file);
    if (document === undefined || place.line > document.lineCount) continue;
    const line = document.lineAt(place.line - 1);
    const start = document.offsetAt(
      new vscode.Position(place.line - 1, line.firstNonWhitespaceCharacterIndex),
    );
    results.adopt(evaluationId, place.file, { start, end: document.offsetAt(line.range.end) }, id);
  }
}
