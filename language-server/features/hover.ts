// Hover: an operation's doc where it is used, also that of an operation that the file itself makes.
import type { Connection, Hover, TextDocuments } from "vscode-languageserver";
import type { SourceDocument } from "re-ops/syntax";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { type OperationInfo, operationNamed, operationsIn } from "../documents/operations.ts";
import type { ReadSource } from "../documents/read-source.ts";
import { isNameOfFile, pathAt, statementsOf } from "../documents/syntax-tree.ts";

export function offerHover(
  connection: Pick<Connection, "onHover">,
  documents: TextDocuments<TextDocument>,
  read: ReadSource,
): void {
  connection.onHover(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return hoverAt(document, read(document), document.offsetAt(position));
  });
}

export function hoverAt(
  document: TextDocument,
  source: SourceDocument,
  offset: number,
): Hover | null {
  const statements = statementsOf(source);
  const path = pathAt(statements, offset);
  const statement = statements.find((one) => one === path[0]);
  const names = operationsIn(statements);
  for (const node of path.toReversed().slice(0, 2)) {
    const named = operationNamed(node, names);
    if (named === undefined || statement === undefined) continue;
    if (!isNameOfFile(statement, node, named.root)) return null;
    return {
      contents: { kind: "markdown", value: describeOperation(named.operation) },
      range: { start: document.positionAt(node.start), end: document.positionAt(node.end) },
    };
  }
  return null;
}

function describeOperation({ name, doc }: OperationInfo): string {
  const forms = `\`${name}(hosts, …)\` describes it for these hosts, \`${name}(…)\` is a stage of a pipeline.`;
  return [`**${name}** · operation`, ...(doc === "" ? [] : [doc]), forms].join("\n\n");
}
