// Tells what stands in documents, inline results and marks, what happens to these documents.
import * as vscode from "vscode";
import type { TextEdit } from "../core/edits.ts";
import type { FormMarks } from "../core/form-marks.ts";
import type { InlineResults } from "../core/inline-results.ts";

export function followEdits(results: InlineResults, marks: FormMarks): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.uri.scheme !== "file" || contentChanges.length === 0) return;
      const edits = contentChanges.map(describeEdit);
      results.edit(document.uri.fsPath, edits);
      marks.edit(document.uri.fsPath, edits);
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
