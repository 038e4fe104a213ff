// Evaluates in the editor that has the focus, or says why that cannot be.
import type { EvaluationMode } from "re-ops/protocol";
import * as vscode from "vscode";
import type { Services } from "../services.ts";

export function evaluateInEditor({ connections, evaluator }: Services, mode: EvaluationMode): void {
  const editor = vscode.window.activeTextEditor;
  const connection = editor && connections.of(editor.document);
  if (editor === undefined || connection === undefined) {
    void vscode.window.showInformationMessage(whyNot(editor));
    return;
  }
  const { document, selection } = editor;
  void evaluator.evaluate(connection, document, mode, {
    start: document.offsetAt(selection.start),
    end: document.offsetAt(selection.end),
  });
}

function whyNot(editor: vscode.TextEditor | undefined): string {
  if (!vscode.workspace.isTrusted) {
    return "Re-ops evaluates nothing in Restricted Mode. Trust this workspace first.";
  }
  if (editor?.document.languageId !== "typescript") {
    return "Re-ops evaluates TypeScript: open a TypeScript file of a Re-ops project.";
  }
  return (
    "This file belongs to no Re-ops project. " +
    'Import something from "re-ops" in it, or put a re-ops.config.json into the project\'s folder.'
  );
}
