// Looking through syntax nodes: parents, names that patterns bind, what encloses what.
import { visitChildren } from "./syntax.ts";
import type { BindingPattern, Node, Span } from "./syntax.ts";

/** The parent of every node below `roots`. All get their ranges, which the analysis of names wants, on the way. */
export function parentsIn(roots: readonly Node[]): Map<Node, Node> {
  const parents = new Map<Node, Node>();
  const waiting = [...roots];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const parent = node;
    node.range = [node.start, node.end];
    visitChildren(node, (child) => {
      parents.set(child, parent);
      waiting.push(child);
    });
  }
  return parents;
}

/** The nodes round `node`, innermost first. */
export function* enclosing(node: Node, parents: ReadonlyMap<Node, Node>): Generator<Node> {
  for (let parent = parents.get(node); parent !== undefined; parent = parents.get(parent)) {
    yield parent;
  }
}

/** The names that a pattern such as `{ a, b: [c] }` binds. */
export function boundNames(pattern: BindingPattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "ArrayPattern":
      return pattern.elements.flatMap((element) =>
        element === null
          ? []
          : boundNames(element.type === "RestElement" ? element.argument : element),
      );
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === "RestElement" ? property.argument : property.value),
      );
  }
}

export function isFunction(node: Node): boolean {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression"
  );
}

/** Whether code in it runs later, or with a `this` of its own: functions, class fields, static blocks. */
export function isBody(node: Node): boolean {
  return (
    isFunction(node) ||
    node.type === "PropertyDefinition" ||
    node.type === "AccessorProperty" ||
    node.type === "StaticBlock"
  );
}

export function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** Without parentheses and type annotations, which do not change a value. */
export function bareExpression(node: Node): Node {
  switch (node.type) {
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "TSInstantiationExpression":
      return bareExpression(node.expression);
    default:
      return node;
  }
}
