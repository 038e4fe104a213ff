// What an explicit range of a text stands for: whole forms, or one expression inside a form.
import type { SourceDocument } from "./document.ts";
import type { Form } from "./form.ts";
import { mistakeAt, syntaxMistake } from "./source-mistake.ts";
import type { SourceMistake } from "./source-mistake.ts";
import { contains } from "./nodes.ts";
import type { Node, Span } from "./syntax.ts";

export type Selected =
  | { readonly kind: "forms"; readonly forms: readonly Form[]; readonly span: Span }
  | {
      readonly kind: "expression";
      readonly form: Form;
      readonly expression: Node;
      readonly span: Span;
    }
  | { readonly kind: "mistake"; readonly mistake: SourceMistake };

export function select(document: SourceDocument, range: Span): Selected {
  const span = trim(document.text, range);
  const broken = document.broken.find((part) => overlaps(part, span));
  if (broken !== undefined)
    return { kind: "mistake", mistake: syntaxMistake(document, broken.mistake) };
  if (span.start >= span.end) {
    return refuse(document, span, "There is nothing to evaluate here", "Put the cursor on a form.");
  }
  return selectAmong(document, document.formsTouching(span), span);
}

function selectAmong(document: SourceDocument, forms: readonly Form[], span: Span): Selected {
  const touched = forms.filter((form) => form.parts.some((part) => overlaps(part, span)));
  const [form] = touched;
  if (form === undefined) {
    return refuse(
      document,
      span,
      "There is only a comment here",
      "Select an expression or a form.",
    );
  }
  if (touched.every((one) => isCovered(document.text, one, span))) {
    return { kind: "forms", forms: touched, span };
  }
  if (touched.length > 1) {
    return refuse(
      document,
      span,
      "The selection ends in the middle of a form",
      `Select ${linesOf(document, touched)} whole, or one expression inside a form.`,
    );
  }
  if (form.kind === "repl" && form.inner.some((one) => overlaps(one, span))) {
    return selectAmong(document, form.inner, span);
  }
  return selectInside(document, form, span);
}

function selectInside(document: SourceDocument, form: Form, span: Span): Selected {
  const node = expressionAt(document.text, form, span);
  if (node === undefined) {
    return refuse(
      document,
      span,
      "The selection is not a whole expression or form",
      `Select ${wholeOf(document, form, span)}, or put the cursor in it without selecting.`,
    );
  }
  const local = enclosingName(form, node);
  if (local !== undefined) {
    return refuse(
      document,
      span,
      `\`${local.name}\` belongs to ${describeOwner(local.owner)} and has no value here`,
      "Evaluate the whole form, or an expression that does without it.",
    );
  }
  return { kind: "expression", form, expression: node, span: { start: node.start, end: node.end } };
}

const LONGEST_QUOTE = 60;

/** The smallest expression round a half-selected one that can stand alone, else the form. */
function wholeOf(document: SourceDocument, form: Form, span: Span): string {
  const around = [...form.reading.parents.keys()].filter(
    (node) =>
      contains(node, span) && isExpression(node, form) && enclosingName(form, node) === undefined,
  );
  const [smallest] = around.sort((a, b) => a.end - a.start - (b.end - b.start));
  const { start, end } = smallest ?? form;
  const quoted = document.text.slice(start, end);
  const isShort = quoted.length <= LONGEST_QUOTE && !quoted.includes("\n");
  return isShort ? `\`${quoted}\`` : linesOf(document, [{ start, end }]);
}

function linesOf(document: SourceDocument, spans: readonly Span[]): string {
  const first = document.positionAt(Math.min(...spans.map(({ start }) => start))).line;
  const last = document.positionAt(Math.max(...spans.map(({ end }) => end))).line;
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}

/** A name, or `this`, in `node` that belongs to a function, loop … round it. */
export function enclosingName(form: Form, node: Span): { name: string; owner: Node } | undefined {
  return form.reading.locals.find((use) => contains(node, use) && !contains(node, use.owner));
}

function describeOwner(owner: Node): string {
  switch (owner.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
      return owner.id ? `the function \`${owner.id.name}\`` : "the function round it";
    case "ArrowFunctionExpression":
      return "the function round it";
    case "CatchClause":
      return "the `catch` round it";
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
      return "the loop round it";
    case "ClassDeclaration":
    case "ClassExpression":
    case "ClassBody":
    case "PropertyDefinition":
      return "the class round it";
    default:
      return "the block round it";
  }
}

function expressionAt(text: string, form: Form, span: Span): Node | undefined {
  for (const node of form.reading.parents.keys()) {
    if (node.start !== span.start) continue;
    const isWhole = node.end === span.end;
    if (node.type === "ExpressionStatement" && (isWhole || isSemicolon(text, span.end, node.end))) {
      return node.expression;
    }
    if (isWhole && isExpression(node, form)) return node;
  }
  return undefined;
}

/** What may stand alone as an expression; of the names only those that have a value here or in what encloses them. */
function isExpression(node: Node, form: Form): boolean {
  const { free, locals, parents } = form.reading;
  const parent = parents.get(node);
  switch (node.type) {
    case "Identifier":
      return (
        free.some((use) => use.node === node) ||
        locals.some((use) => use.start === node.start) ||
        (form.names.includes(node.name) && parent?.type !== "MemberExpression")
      );
    case "FunctionExpression":
      return parent?.type !== "MethodDefinition" && parent?.type !== "Property";
    case "Literal":
      return parent?.type !== "TSLiteralType";
    case "MetaProperty":
      return true;
    default:
      return node.type.endsWith("Expression") || node.type === "TemplateLiteral";
  }
}

function isCovered(text: string, form: Form, span: Span): boolean {
  return form.parts.some(
    (part) =>
      span.start <= part.start && (part.end <= span.end || isSemicolon(text, span.end, part.end)),
  );
}

function isSemicolon(text: string, start: number, end: number): boolean {
  return start < end && text.slice(start, end).trim() === ";";
}

function overlaps(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}

/** Without the white space round it. */
export function trim(text: string, { start, end }: Span): Span {
  const selected = text.slice(start, end);
  const leading = selected.length - selected.trimStart().length;
  return { start: start + leading, end: start + Math.max(leading, selected.trimEnd().length) };
}

function refuse(document: SourceDocument, span: Span, message: string, next: string): Selected {
  return {
    kind: "mistake",
    mistake: mistakeAt(document, span, message, { name: "Selection", next }),
  };
}
