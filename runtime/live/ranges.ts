// Which range a key takes, by syntax alone: the server has no types and must not need them.
import type { EvaluationError } from "../protocol/evaluation.ts";
import { readDocument } from "./document.ts";
import type { SourceDocument } from "./document.ts";
import type { Form } from "./form.ts";
import { asEvaluationError, mistakeAt, syntaxMistake } from "./mistakes.ts";
import type { SourceMistake } from "./mistakes.ts";
import { importsOf } from "./module-syntax.ts";
import { bareExpression, isBody } from "./nodes.ts";
import { enclosingName, select } from "./selection.ts";
import { childrenOf } from "./syntax.ts";
import type { CallExpression, Node, Span } from "./syntax.ts";

/** `expression` is Ctrl+Enter, `form` is Alt+Enter. */
export type RangeMode = "expression" | "form";

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
  const whole = partAt(form, cursor);
  if (mode === "form" || form.kind === "repl" || form.kind === "types") return whole;
  return expressionAt(document, form, cursor) ?? whole;
}

function refuse(mistake: SourceMistake): ChosenRange {
  return { error: asEvaluationError(mistake) };
}

/** The form under the cursor, else the one on its line, else the one right below the comment in which it stands. */
function formAt({ text, forms }: SourceDocument, cursor: number): Form | undefined {
  const form = formUnder(forms, cursor) ?? formBeside(text, forms, cursor);
  if (form?.kind !== "repl") return form;
  const inner = formUnder(form.inner, cursor);
  if (inner !== undefined) return inner;
  const isOnFirstLine = !text.slice(form.start, cursor).includes("\n");
  const isOnLastLine = !text.slice(cursor, form.end).includes("\n");
  return isOnFirstLine || isOnLastLine ? form : formBeside(text, form.inner, cursor);
}

/** Between two forms without a space the right one counts: there the cursor stands before it. */
function formUnder(forms: readonly Form[], cursor: number): Form | undefined {
  const touching = forms.filter((form) =>
    form.parts.some(({ start, end }) => start <= cursor && cursor <= end),
  );
  return touching.at(-1);
}

function formBeside(text: string, forms: readonly Form[], cursor: number): Form | undefined {
  const before = forms.findLast((form) => form.parts.some((part) => part.end <= cursor));
  const end = before?.parts.findLast((part) => part.end <= cursor)?.end;
  if (end !== undefined && !text.slice(end, cursor).includes("\n")) return before;
  const after = forms.find((form) => form.parts.some((part) => part.start >= cursor));
  const start = after?.parts.find((part) => part.start >= cursor)?.start;
  if (start === undefined) return undefined;
  const lines = text.slice(text.lastIndexOf("\n", cursor - 1) + 1, start).split("\n");
  return lines.slice(0, -1).every((line) => line.trim() !== "") ? after : undefined;
}

function partAt(form: Form, cursor: number): Span {
  const part = form.parts.findLast(({ start, end }) => start <= cursor && cursor <= end);
  return part ?? form.parts.findLast(({ end }) => end <= cursor) ?? form.parts[0] ?? form;
}

function expressionAt(document: SourceDocument, form: Form, cursor: number): Span | undefined {
  const path = pathTo(form, cursor);
  const names = runNames(document);
  const acting = path
    .filter((node) => node.type === "AwaitExpression" || isRunCall(node, names))
    .reverse();
  if (acting.length > 0) return spanOf(acting.find((node) => isTakeable(form, node)));
  return callOfStatement(form, path);
}

/** The nodes round the cursor, outermost first. */
function pathTo(form: Form, cursor: number): Node[] {
  const path: Node[] = [];
  let nodes: readonly Node[] = form.nodes;
  for (;;) {
    const next = nodes.findLast(({ start, end }) => start <= cursor && cursor <= end);
    if (next === undefined) return path;
    path.push(next);
    nodes = childrenOf(next);
  }
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
    const imported = form.kind === "import" ? importsOf(form) : undefined;
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
