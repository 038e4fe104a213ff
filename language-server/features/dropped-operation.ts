// The diagnostic for an operation on hosts that is described and dropped: nothing will ever start it.
import { type Diagnostic, DiagnosticSeverity } from "vscode-languageserver";
import {
  type CallExpression,
  enclosing,
  type Node,
  parentsIn,
  type SourceDocument,
  type Statement,
} from "re-ops/syntax";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { operationNamed, operationsIn } from "../documents/operations.ts";
import { isNameOfFile, statementsOf } from "../documents/syntax-tree.ts";

/** By syntax alone: a statement that is nothing but a call of an operation with hosts, where its value goes nowhere. */
export function droppedOperations(document: TextDocument, source: SourceDocument): Diagnostic[] {
  const statements = statementsOf(source);
  const names = operationsIn(statements);
  if (names.local.size === 0 && names.modules.size === 0) return [];
  return statements.flatMap((statement) =>
    droppedCalls(statement).flatMap((call) => {
      const named = operationNamed(call.callee, names);
      if (named === undefined || !isNameOfFile(statement, call.callee, named.root)) return [];
      return [describeDropped(document, call, named.operation.name)];
    }),
  );
}

function droppedCalls(statement: Statement): CallExpression[] {
  const parents = parentsIn([statement]);
  return [...parents.keys()].flatMap((node) => {
    if (node.type !== "ExpressionStatement" || isForm(node, parents)) return [];
    const { expression } = node;
    return expression.type === "CallExpression" && hasHosts(expression) ? [expression] : [];
  });
}

/** Evaluating a form whose value is an operation starts it: a statement of the file, or of its `import.meta.repl` block. */
function isForm(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const [block, condition, ...more] = enclosing(node, parents);
  if (block === undefined) return true;
  if (block.type !== "BlockStatement" || condition?.type !== "IfStatement" || more.length > 0) {
    return false;
  }
  return condition.consequent === block && isReplFlag(condition.test);
}

function isReplFlag(test: Node): boolean {
  if (test.type !== "MemberExpression" || test.object.type !== "MetaProperty") return false;
  return test.property.type === "Identifier" && test.property.name === "repl";
}

/** Whether the first argument may be a `Hosts`: a name or something made, no text, number or function. */
function hasHosts(call: CallExpression): boolean {
  const [first] = call.arguments;
  if (first === undefined) return false;
  if (first.type === "Identifier") return first.name !== "undefined";
  return POSSIBLE_HOSTS.has(first.type);
}

const POSSIBLE_HOSTS: ReadonlySet<Node["type"]> = new Set([
  "AwaitExpression",
  "CallExpression",
  "ConditionalExpression",
  "MemberExpression",
  "NewExpression",
  "ThisExpression",
]);

function describeDropped(document: TextDocument, call: CallExpression, name: string): Diagnostic {
  return {
    severity: DiagnosticSeverity.Warning,
    source: "re-ops",
    code: "dropped-operation",
    range: { start: document.positionAt(call.start), end: document.positionAt(call.end) },
    message:
      `${name}(…) only describes what to do, and nothing starts it here. ` +
      `Write await ${name}(…) or run(${name}(…)), or return it.`,
  };
}
