// The next larger expression round a range: what one more key press takes.
import type { SourceDocument } from "./document.ts";
import { pathTo } from "./form-at.ts";
import type { Form } from "./form.ts";
import { enclosingName, trim } from "./selection.ts";
import type { Node, Span } from "./syntax.ts";

/** Nothing when only the form itself is larger. */
export function expressionRound(
  document: SourceDocument,
  form: Form,
  range: Span,
): Span | undefined {
  const inner = trim(document.text, range);
  const path = pathTo(form, inner);
  const larger = path.filter(
    (node, index) =>
      node.end - node.start > inner.end - inner.start &&
      isWorthTaking(node, path[index - 1]) &&
      enclosingName(form, node) === undefined,
  );
  const next = larger.at(-1);
  return next === undefined ? undefined : { start: next.start, end: next.end };
}

/** Functions and classes do nothing by themselves; a method without its call has lost its object. */
function isWorthTaking(node: Node, parent: Node | undefined): boolean {
  switch (node.type) {
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "ClassExpression":
    case "AssignmentExpression":
    case "ParenthesizedExpression":
      return false;
    case "MemberExpression":
      return !(parent?.type === "CallExpression" && parent.callee === node);
    default:
      return node.type.endsWith("Expression");
  }
}
