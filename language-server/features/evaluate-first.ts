// The quick fixes for a name whose declaration was not evaluated: evaluates it, or all that the form needs.
import { NOT_EVALUATED } from "re-ops/protocol";
import type { SourceDocument } from "re-ops/syntax";
import { type CodeAction, CodeActionKind, type Diagnostic } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** None for a diagnostic of another kind. */
export function evaluateFirst(
  document: TextDocument,
  source: SourceDocument,
  diagnostic: Diagnostic,
): CodeAction[] {
  if (diagnostic.code !== NOT_EVALUATED) return [];
  const { kind, diagnostics } = { kind: CodeActionKind.QuickFix, diagnostics: [diagnostic] };
  const name = document.getText(diagnostic.range);
  const place = placeOf(document, source, name, diagnostic);
  const needs: CodeAction = {
    title: "Evaluate all that this form needs",
    kind,
    diagnostics,
    command: {
      title: "Evaluate",
      command: "re-ops.evaluateNeeds",
      arguments: [fileURLToPath(document.uri), diagnostic.range.start.line + 1],
    },
  };
  if (place === undefined) return [needs];
  const where = `line ${String(place.line)} of ${basename(place.file)}`;
  const first: CodeAction = {
    title: `Evaluate ${where} first`,
    kind,
    diagnostics,
    isPreferred: true,
    command: {
      title: "Evaluate",
      command: "re-ops.evaluateLine",
      arguments: [place.file, place.line],
    },
  };
  return [first, needs];
}

/** Where the declaration stands now: in this text by its name, in another file where the diagnostic's address says. */
function placeOf(
  document: TextDocument,
  source: SourceDocument,
  name: string,
  { codeDescription }: Diagnostic,
): { file: string; line: number } | undefined {
  const form = source.declaring(name, true);
  if (form !== undefined && form.kind !== "import") {
    return { file: fileURLToPath(document.uri), line: source.positionAt(form.start).line };
  }
  const [, address, line] = /^(file:.*)#L(\d+)$/iu.exec(codeDescription?.href ?? "") ?? [];
  if (address === undefined) return undefined;
  return { file: fileURLToPath(address), line: Number(line) };
}
