// Which range a key takes, by syntax alone: the server has no types and must not need them.
import type { EvaluationError } from "../../protocol/evaluation.ts";
import { readDocument } from "./document.ts";
import type { SourceDocument } from "./document.ts";
import { expressionRound } from "./enclosing-expression.ts";
import { formAt, partAt, pathTo } from "./form-at.ts";
import type { Form } from "./form.ts";
import { asEvaluationError, mistakeAt, syntaxMistake } from "./source-mistake.ts";
import type { SourceMistake } from "./source-mistake.ts";
import { bareExpression, isBody } from "./nodes.ts";
import { enclosingName, select } from "./selection.ts";
import type { CallExpression, Node, Span } from "./syntax.ts";

/**
 * `expression` is Ctrl+Enter, `form` is Alt+Enter, `enclosing` what is larger than Ctrl+Enter would take, and `needs` a
 * form of which only that is evaluated which it needs.
 */
export type RangeMode = "expression" | "form" | "enclosing" | "needs";

export type ChosenRange = Span | { readonly error: EvaluationError };

/** The range of `text` that is meant by a selection or, when it is empty, by the cursor. */
export function rangeAt(text: string, file: string, selection: Span, mode: RangeMode): ChosenRange {
  return rangeIn(readDocument(file, text), selection, mode);
}

/** The same for a text that was read already. */
export function rangeIn(document: SourceDocument, selection: Span, mode: RangeMode): ChosenRange {
  if (mode === "expression" && selection.start < selection.end) {
    const selected = select(document, selection);
    return selected.kind === "mistake" ? refuse(selected.mistake) : selected.span;
  }
  const cursor = selection.start;
  const broken = document.broken.find(({ start, end }) => start <= cursor && cursor < end);
  if (broken !== undefined) return refuse(syntaxMistake(document, broken.mistake));
  const form = formAt(document, cursor);
  if (form === undefined) {
    const here = { start: cursor, end: cursor };
    const next = "Put the cursor on an expression or a statement.";
    const options = { name: "Selection", next };
    return refuse(mistakeAt(document, here, "There is nothing to evaluate here", options));
  }
  return takeFrom(document, form, selection, mode);
}

function takeFrom(document: SourceDocument, form: Form, selection: Span, mode: RangeMode): Span {
  const cursor = selection.start;
  const whole = partAt(form, cursor);
  const isTakenWhole = mode === "form" || mode === "needs";
  if (isTakenWhole || form.kind === "repl" || form.kind === "types") return whole;
  if (mode === "expression") return expressionAt(document, form, cursor) ?? whole;
  const isSelected = selection.start < selection.end;
  const inner = isSelected ? selection : (expressionAt(document, form, cursor) ?? whole);
  return expressionRound(document, form, inner) ?? whole;
}

function refuse(mistake: SourceMistake): ChosenRange {
  return { error: asEvaluationError(mistake) };
}

function expressionAt(document: SourceDocument, form: Form, cursor: number): Span | undefined {
  const path = pathTo(form, { start: cursor, end: cursor });
  const names = runNames(document);
  const acting = path
    .filter((node) => node.type === "AwaitExpression" || isRunCall(node, names))
    .reverse();
  if (acting.length > 0) return spanOf(acting.find((node) => isTakeable(form, node)));
  return callOfStatement(form, path);
}

/** A statement that declares or assigns is taken whole, so that what it names is there afterwards. */
function callOfStatement(form: Form, path: readonly Node[]): Span | undefined {
  const index = path.findLastIndex((node) => node.type.endsWith("Statement"));
  const statement = path[index];
  if (statement?.type !== "ExpressionStatement" || path.slice(0, index).some(isBody)) {
    return undefined;
  }
  const isForm = form.nodes.includes(statement);
  if (bareExpression(statement.expression).type === "AssignmentExpression") {
    return isForm ? undefined : spanOf(takeableOrNone(form, statement.expression));
  }
  const call = path.slice(index).find((node) => node.type === "CallExpression");
  const taken = takeableOrNone(form, call ?? statement.expression);
  return call === undefined && isForm ? undefined : spanOf(taken);
}

function takeableOrNone(form: Form, node: Node): Node | undefined {
  return isTakeable(form, node) ? node : undefined;
}

function isTakeable(form: Form, node: Node): boolean {
  return enclosingName(form, node) === undefined;
}

function spanOf(node: Node | undefined): Span | undefined {
  return node === undefined ? undefined : { start: node.start, end: node.end };
}

/** The names under which a file calls `run`, and those of the whole of `re-ops`. */
function runNames(document: SourceDocument): { calls: Set<string>; modules: Set<string> } {
  const calls = new Set(["run"]);
  const modules = new Set<string>();
  for (const form of document.forms) {
    const imported = form.kind === "import" ? form.imported : undefined;
    if (imported?.specifier !== "re-ops") continue;
    for (const binding of imported.bindings) {
      if (binding.imported === "run") calls.add(binding.local);
      if (binding.imported === "*") modules.add(binding.local);
    }
  }
  return { calls, modules };
}

function isRunCall(
  node: Node,
  { calls, modules }: { calls: Set<string>; modules: Set<string> },
): node is CallExpression {
  if (node.type !== "CallExpression") return false;
  const { callee } = node;
  if (callee.type === "Identifier") return calls.has(callee.name);
  return (
    callee.type === "MemberExpression" &&
    callee.object.type === "Identifier" &&
    modules.has(callee.object.name) &&
    callee.property.type === "Identifier" &&
    callee.property.name === "run"
  );
}
