// Runs that this window did not ask for, or not since it was loaded, get their mark beside the code in which they began.
import * as vscode from "vscode";
import type { InlineResults } from "../core/inline-results.ts";
import type { RunStore } from "../core/run-store.ts";

/** Marks those that go on, in these documents. */
export function adoptRunning(
  runs: RunStore,
  results: InlineResults,
  documents: readonly vscode.TextDocument[],
): void {
  for (const { header } of runs.roots()) {
    const { id, state, evaluationId, place } = header;
    if (state !== "running" || evaluationId === undefined || place === undefined) continue;
    const document = documents.find(
      ({ uri }) => uri.scheme === "file" && uri.fsPath === place.file,
    );
    if (document === undefined || place.line > document.lineCount) continue;
    const line = document.lineAt(place.line - 1);
    const start = document.offsetAt(
      new vscode.Position(place.line - 1, line.firstNonWhitespaceCharacterIndex),
    );
    results.adopt(evaluationId, place.file, { start, end: document.offsetAt(line.range.end) }, id);
  }
}

/** A file may be opened long after its server has told of its runs. */
export function adoptWhenOpened(runs: RunStore, results: InlineResults): vscode.Disposable {
  return vscode.workspace.onDidOpenTextDocument((document) => {
    adoptRunning(runs, results, [document]);
  });
}
