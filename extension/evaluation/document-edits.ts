// Tells the store of inline results what happens to the documents that they stand in.
import * as vscode from "vscode";
import type { TextEdit } from "../core/edits.ts";
import type { InlineResults } from "../core/inline-results.ts";

export function followEdits(results: InlineResults): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.uri.scheme !== "file" || contentChanges.length === 0) return;
      results.edit(document.uri.fsPath, contentChanges.map(describeEdit));
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme === "file") results.close(uri.fsPath);
    }),
  );
}

export function describeEdit(change: vscode.TextDocumentContentChangeEvent): TextEdit {
  const { range, rangeOffset, rangeLength, text } = change;
  return {
    start: rangeOffset,
    end: rangeOffset + rangeLength,
    text,
    from: { line: range.start.line, column: range.start.character },
    to: { line: range.end.line, column: range.end.character },
  };
}
