// Keeps the contexts that decide whether Escape is ours: only in files that have results to clear.
import * as vscode from "vscode";
import type { InlineResults } from "../core/inline-results.ts";

export function followKeyContexts(results: InlineResults): vscode.Disposable {
  let told = "";
  const stop = results.onChange(() => {
    const files = results.filesWithSettled();
    const key = files.join("\n");
    if (key === told) return;
    told = key;
    const paths = files.flatMap((file) => [file, vscode.Uri.file(file).path]);
    void vscode.commands.executeCommand("setContext", "re-ops.filesWithResults", [
      ...new Set(paths),
    ]);
  });
  return new vscode.Disposable(stop);
}
