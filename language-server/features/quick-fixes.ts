// Offers what mends the mistakes of evaluated code, each at its diagnostic.
import type { CodeAction, Connection, Diagnostic, TextDocuments } from "vscode-languageserver";
import type { SourceDocument } from "re-ops/syntax";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { ReadSource } from "../documents/read-source.ts";
import { changeName } from "./change-name.ts";
import { evaluateFirst } from "./evaluate-first.ts";

export function offerQuickFixes(
  connection: Pick<Connection, "onCodeAction">,
  documents: TextDocuments<TextDocument>,
  read: ReadSource,
): void {
  connection.onCodeAction(({ textDocument, context }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return [];
    return context.diagnostics.flatMap((one) => quickFixesFor(document, read(document), one));
  });
}

/** None for a diagnostic that is not of evaluated code, or that nobody can mend. */
export function quickFixesFor(
  document: TextDocument,
  source: SourceDocument,
  diagnostic: Diagnostic,
): CodeAction[] {
  return [
    ...evaluateFirst(document, source, diagnostic),
    ...changeName(document, source, diagnostic),
  ];
}
