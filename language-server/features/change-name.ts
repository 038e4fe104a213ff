// The quick fix for a name that there is not: writes the one that was meant, where it stands or is imported.
import { UNKNOWN_NAME } from "re-ops/protocol";
import type { SourceDocument, Span } from "re-ops/syntax";
import { type CodeAction, CodeActionKind, type Diagnostic } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { statementsOf } from "../documents/syntax-tree.ts";

/** None for a diagnostic of another kind, or of a text that says something else by now. */
export function changeName(
  document: TextDocument,
  source: SourceDocument,
  diagnostic: Diagnostic,
): CodeAction[] {
  const { source: owner, code, codeDescription, range } = diagnostic;
  if (owner !== "re-ops" || code !== UNKNOWN_NAME) return [];
  const [, names = ""] = /#(.+)$/u.exec(codeDescription?.href ?? "") ?? [];
  const [from, to] = decodeURIComponent(names).split(",");
  if (from === undefined || to === undefined) return [];
  const start = document.offsetAt(range.start);
  const place = importOf(source, nameAt(source.text, start), from) ?? placeAt(source, start, from);
  if (place === undefined) return [];
  const changed = { start: document.positionAt(place.start), end: document.positionAt(place.end) };
  return [
    {
      title: `Change to \`${to}\``,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred: true,
      edit: {
        changes: { [document.uri]: [{ range: changed, newText: to + (place.keeps ?? "") }] },
      },
    },
  ];
}

interface Place extends Span {
  /** What must follow the new name, so that the rest of the text goes on to mean it. */
  readonly keeps?: string;
}

/** Where `from` is imported under the name `local`: the mistake is there, however often the name is used. */
function importOf(source: SourceDocument, local: string, from: string): Place | undefined {
  for (const statement of statementsOf(source)) {
    if (statement.type !== "ImportDeclaration") continue;
    for (const specifier of statement.specifiers) {
      if (specifier.type !== "ImportSpecifier" || specifier.local.name !== local) continue;
      const { start, end } = specifier.imported;
      if (source.text.slice(start, end) !== from) return undefined;
      return { start, end, ...(specifier.local.start === start && { keeps: ` as ${local}` }) };
    }
  }
  return undefined;
}

function placeAt(source: SourceDocument, start: number, from: string): Place | undefined {
  return nameAt(source.text, start) === from ? { start, end: start + from.length } : undefined;
}

function nameAt(text: string, start: number): string {
  return /^[\p{ID_Continue}$]+/u.exec(text.slice(start))?.[0] ?? "";
}
