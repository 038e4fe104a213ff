// Rewrites a form, or one expression of it, so that the names of its file are read and written on live bindings.
import type { Form } from "../text/form.ts";
import { bareExpression, boundNames, contains, enclosing, isBody } from "../text/nodes.ts";
import type { CallExpression, Node, Reference, Span } from "../text/syntax.ts";
import { deliver, publish } from "./publication.ts";
import { editPiece } from "./translate.ts";
import type { Edit } from "./translate.ts";

/** Where a name of the file lives, or `undefined` for one that is left to JavaScript. */
export type ScopeOf = (name: string, isTypeof: boolean) => "file" | "repl" | undefined;

/** What rewritten code calls the things that it is given; no form may use these names itself. */
export interface Parameters {
  readonly file: string;
  readonly repl: string;
  readonly form: string;
}

export interface Piece {
  readonly form: Form;
  /** The expression that is evaluated; absent for the whole form. */
  readonly expression?: Node;
}

/** A form, or an expression that is all of it: `listing(hs)` of `listing(hs);` and of `await listing(hs);`. */
export function isWhole({ form, expression }: Piece): boolean {
  if (expression === undefined) return true;
  const [statement] = form.nodes;
  if (statement?.type !== "ExpressionStatement") return false;
  const whole = bareExpression(statement.expression);
  const awaited = whole.type === "AwaitExpression" ? bareExpression(whole.argument) : whole;
  const evaluated = bareExpression(expression);
  return evaluated === whole || evaluated === awaited;
}

/** Names for the parameters that do not occur in `text`. */
export function parametersFor(text: string): Parameters {
  let suffix = "";
  while (["$file", "$repl", "$form"].some((name) => text.includes(name + suffix))) suffix += "_";
  return { file: `$file${suffix}`, repl: `$repl${suffix}`, form: `$form${suffix}` };
}

export function rewrite(text: string, piece: Piece, scopeOf: ScopeOf, names: Parameters): Edit {
  const { form, expression } = piece;
  const span: Span = expression ?? form;
  const edit = editPiece(text, span);
  rewriteReferences(edit, text, piece, scopeOf, names);
  if (expression !== undefined) rewriteBindingName(edit, piece, expression, scopeOf, names);
  for (const meta of form.reading.metas) {
    if (contains(span, meta)) edit.replace(meta, `${names.form}.meta`);
  }
  for (const { start } of form.reading.dynamicImports) {
    const keyword = { start, end: start + "import".length };
    if (contains(span, keyword)) edit.replace(keyword, `${names.form}.import`);
  }
  for (const decorator of form.reading.decorators) {
    if (contains(span, decorator)) bracket(edit, decorator.expression);
  }
  if (expression === undefined) publish(edit, form, names.form);
  else deliver(edit, expression, names.form);
  return edit;
}

/** A decorator takes a name or its call, but not what becomes of them here. */
function bracket(edit: Edit, { start, end }: Span): void {
  edit.before(start, "(");
  edit.after(end, ")");
}

function rewriteReferences(
  edit: Edit,
  text: string,
  { form, expression }: Piece,
  scopeOf: ScopeOf,
  names: Parameters,
): void {
  for (const reference of form.reading.free) {
    const { node, name } = reference;
    if (expression === undefined ? isOwnAtOnce(form, reference) : !contains(expression, node)) {
      continue;
    }
    const parent = form.reading.parents.get(node);
    const isTypeof = parent?.type === "UnaryExpression" && parent.operator === "typeof";
    const scope = scopeOf(name, isTypeof);
    if (scope !== undefined) replaceName(edit, text, form, reference, `${names[scope]}.${name}`);
  }
}

/** A name that is selected where it is declared or imported stands for its value. */
function rewriteBindingName(
  edit: Edit,
  { form }: Piece,
  expression: Node,
  scopeOf: ScopeOf,
  names: Parameters,
): void {
  if (expression.type !== "Identifier") return;
  if (form.reading.free.some(({ node }) => node === expression)) return;
  const scope = scopeOf(expression.name, false);
  if (scope !== undefined) edit.replace(expression, `${names[scope]}.${expression.name}`);
}

/** Whether a form reads its own name before it is published: from the local declaration, as JavaScript does. */
function isOwnAtOnce(form: Form, { name, node }: Reference): boolean {
  if (!form.names.includes(name)) return false;
  const { parents } = form.reading;
  let isDeferred = false;
  let inner = node as Node;
  for (const outer of enclosing(node, parents)) {
    if (outer.type === "TSEnumDeclaration" || outer.type === "TSModuleDeclaration") return true;
    if (outer.type === "VariableDeclarator" && boundNames(outer.id).includes(name)) {
      return inner === outer.id || !isDeferred;
    }
    isDeferred ||= isBody(outer);
    inner = outer;
  }
  return false;
}

function replaceName(
  edit: Edit,
  text: string,
  form: Form,
  { node, name }: Reference,
  target: string,
): void {
  const { parents } = form.reading;
  if (isShorthand(node, parents)) {
    edit.replace(node, `${name}: ${target}`);
    return;
  }
  const use = outermostBare(node, parents);
  const parent = parents.get(use);
  const isCall = parent?.type === "CallExpression" && parent.callee === use;
  if (!isCall && !(parent?.type === "TaggedTemplateExpression" && parent.tag === use)) {
    edit.replace(node, target);
    if (parent?.type === "AssignmentExpression") keepName(edit, parent, name, use);
    return;
  }
  // A plain call must not get the bindings as its `this`. After a line without a semicolon the bracket would go on with it.
  const guard = beginsStatement(node, parents) ? ";" : "";
  const called = `${guard}(0,${target})`;
  const bracket = isCall && use === node ? openingBracket(text, parent) : undefined;
  if (bracket === undefined) edit.replace(node, called);
  // V8 tells a call's place by its bracket, the user by the name before it: one piece has one place.
  else edit.replace({ start: node.start, end: bracket.end }, called + bracket.text);
}

/** The `(` of a call with what stands before it, unless a comment is in the way. */
function openingBracket(text: string, call: CallExpression) {
  const from = (call.typeArguments ?? call.callee).end;
  const [bracket] = /^\s*(\?\.)?\s*\(/.exec(text.slice(from, from + 80)) ?? [];
  if (bracket === undefined) return undefined;
  return { end: from + bracket.length, text: call.optional ? "?.(" : "(" };
}

function isShorthand(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  const property = parent?.type === "AssignmentPattern" ? parents.get(parent) : parent;
  return (
    property?.type === "Property" &&
    property.shorthand &&
    property.value === (parent?.type === "AssignmentPattern" ? parent : node) &&
    (parent?.type !== "AssignmentPattern" || parent.left === node)
  );
}

/** The node that is `node` but for parentheses and type annotations round it. */
function outermostBare(node: Node, parents: ReadonlyMap<Node, Node>): Node {
  let use = node;
  for (const outer of enclosing(node, parents)) {
    if (bareExpression(outer) !== node) break;
    use = outer;
  }
  return use;
}

function beginsStatement(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (const outer of enclosing(node, parents)) {
    if (outer.start !== node.start) return false;
    if (outer.type !== "ExpressionStatement") continue;
    const list = parents.get(outer)?.type;
    return (
      list === "BlockStatement" ||
      list === "StaticBlock" ||
      list === "SwitchCase" ||
      list === "TSModuleBlock"
    );
  }
  return false;
}

/** `x = () => 1` names its function `x`; the rewritten left side would not. */
function keepName(
  edit: Edit,
  { left, right }: Node & { type: "AssignmentExpression" },
  name: string,
  use: Node,
): void {
  const isAnonymous =
    right.type === "ArrowFunctionExpression" ||
    ((right.type === "FunctionExpression" || right.type === "ClassExpression") &&
      right.id === null);
  if (left !== use || !isAnonymous) return;
  edit.before(right.start, `({ ${name}: `);
  edit.after(right.end, ` }).${name}`);
}
