// Evaluates in the editor that has the focus, or says why that cannot be.
import type { EvaluationMode, Range } from "re-ops/protocol";
import * as vscode from "vscode";
import type { ProjectConnection } from "../connection/project-connection.ts";
import type { Services } from "../services.ts";

export function evaluateInEditor(services: Services, mode: EvaluationMode): void {
  const asked = askedIn(services);
  if (asked === undefined) return;
  const { connection, document, selection } = asked;
  void services.evaluator.evaluate(connection, document, mode, selection);
}

/** What has the focus; where nothing can be evaluated, the user is told why. */
export function askedIn({
  connections,
}: Services):
  { connection: ProjectConnection; document: vscode.TextDocument; selection: Range } | undefined {
  const editor = vscode.window.activeTextEditor;
  const connection = editor && connections.of(editor.document);
  if (editor === undefined || connection === undefined) {
    void vscode.window.showInformationMessage(whyNot(editor));
    return undefined;
  }
  const { document } = editor;
  const [start, end] = [editor.selection.start, editor.selection.end];
  const selection = { start: document.offsetAt(start), end: document.offsetAt(end) };
  return { connection, document, selection };
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
