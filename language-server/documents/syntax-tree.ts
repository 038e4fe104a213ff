// What features ask of a document's syntax: its statements, and what stands at an offset.
import {
  childrenOf,
  type Node,
  referencesIn,
  type SourceDocument,
  type Statement,
} from "re-ops/syntax";

/** In source order, but declarations that make one form stand together; without the parts that do not parse. */
export function statementsOf(source: SourceDocument): readonly Statement[] {
  return source.forms.flatMap((form) => form.nodes);
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
