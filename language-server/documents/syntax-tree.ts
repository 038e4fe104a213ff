// A document's syntax as features need it: statements, and what stands at an offset.
import { fileURLToPath } from "node:url";
import { childrenOf, type Node, parse, referencesIn, type Statement } from "re-ops/syntax";
import type { TextDocument } from "vscode-languageserver-textdocument";

export function statementsOf(document: TextDocument): readonly Statement[] {
  return parse(fileOf(document), document.getText()).statements;
}

/** The nodes round an offset, outermost first. */
export function pathAt(statements: readonly Statement[], offset: number): readonly Node[] {
  const path: Node[] = [];
  let nodes: readonly Node[] = statements;
  for (;;) {
    const next = nodes.find(({ start, end }) => start <= offset && offset <= end);
    if (next === undefined) return path;
    path.push(next);
    nodes = childrenOf(next);
  }
}

/** Whether a name used in `node` of a statement is the file's own, and no parameter or variable round it. */
export function isNameOfFile(statement: Statement, node: Node, name: string): boolean {
  return referencesIn([statement]).some(
    (one) =>
      one.owner === undefined &&
      one.name === name &&
      node.start <= one.node.start &&
      one.node.end <= node.end,
  );
}

function fileOf(document: TextDocument): string {
  return document.uri.startsWith("file:") ? fileURLToPath(document.uri) : "untitled.ts";
}
