// Evaluates what was selected: each form in its turn, after the declarations that it needs.
import type { SourceDocument } from "./text/document.ts";
import type { Form } from "./text/form.ts";
import type { Importer } from "./modules/imports.ts";
import type { LiveFile } from "./modules/live-file.ts";
import { bareExpression } from "./text/nodes.ts";
import type { Piece } from "./compile/rewrite.ts";
import { namesReadBy } from "./runner.ts";
import type { Runner } from "./runner.ts";
import type { Box } from "./values/box.ts";
import type { Attempt } from "./standing/standings.ts";
import type { Selected } from "./text/selection.ts";
import type { Node } from "./text/syntax.ts";

export interface Evaluated {
  /** Never let a promise see the value itself: one with a `then` would start. */
  readonly box: Box;
  /** `expression`: a value to act on, when it is an operation; a declaration or an assignment only keeps it. */
  readonly statement: "expression" | "declaration";
  /** The names that got a value. */
  readonly names: readonly string[];
  /** For whoever finds out later that what the value stands for failed. */
  readonly attempt?: Attempt | undefined;
}

export interface EvaluationTask {
  readonly file: LiveFile;
  readonly document: SourceDocument;
  readonly runner: Runner;
  readonly importer: Importer;
  /** Whether names of `re-ops` need no import. */
  readonly prelude: boolean;
  readonly onForm: (evaluated: Evaluated) => void | Promise<void>;
}

export async function evaluateSelected(
  task: EvaluationTask,
  selected: Exclude<Selected, { kind: "mistake" }>,
): Promise<Evaluated & { note?: string }> {
  const pieces = selected.kind === "expression" ? [selected] : selected.forms.flatMap(piecesOf);
  const notes = new Set<string>();
  let last: Evaluated = { box: { value: undefined }, statement: "declaration", names: [] };
  for (const [index, piece] of pieces.entries()) {
    const { form } = piece;
    if (form.kind === "types") notes.add("only types: nothing to evaluate");
    for (const note of await prepare(task, piece)) notes.add(note);
    const result = await task.runner.run(task.file, task.document, piece);
    last = { ...result, ...meaningOf(piece) };
    if (index < pieces.length - 1) await task.onForm(last);
  }
  return notes.size === 0 ? last : { ...last, note: [...notes].join("; ") };
}

/** Evaluates what the selected needs and was never evaluated, whatever that does, and not the selected itself. */
export async function evaluateNeeds(
  { file, document, runner }: EvaluationTask,
  selected: Exclude<Selected, { kind: "mistake" }>,
): Promise<Evaluated & { note?: string }> {
  const pieces = selected.kind === "expression" ? [selected] : selected.forms.flatMap(piecesOf);
  const names: string[] = [];
  for (const piece of pieces) {
    const done = await runner.prepare(file, document, piece, { withEffects: true });
    names.push(...done.flatMap((form) => form.names));
  }
  const note = names.length === 0 ? { note: "nothing was missing" } : {};
  return { box: { value: undefined }, statement: "declaration", names, ...note };
}

/** An `import.meta.repl` block that is evaluated as a whole is its forms, one by one. */
function piecesOf(form: Form): Piece[] {
  return form.kind === "repl" ? form.inner.map((inner) => ({ form: inner })) : [{ form }];
}

async function prepare(task: EvaluationTask, piece: Piece): Promise<string[]> {
  const { file, document, runner, importer } = task;
  if (task.prelude) {
    const undeclared = [...namesReadBy(piece)].filter((name) => !document.declaring(name, true));
    importer.bindPrelude(file, undeclared);
  }
  const onTheWay = await runner.prepare(file, document, piece);
  const declared = onTheWay.filter(({ kind }) => kind !== "import").flatMap(({ names }) => names);
  const notes = declared.length === 0 ? [] : [`evaluated on the way: ${declared.join(", ")}`];
  return [...notes, ...olderVersions(task, piece)];
}

/** Needed declarations that were edited since they were evaluated: the old version goes on being used. */
function olderVersions({ file, document }: EvaluationTask, piece: Piece): string[] {
  const notes: string[] = [];
  for (const name of namesReadBy(piece)) {
    const form = document.declaring(name, piece.form.inRepl);
    if (form === undefined || form === piece.form) continue;
    const source = (form.inRepl ? file.scratch : file.bindings).sourceOf(name);
    if (source === undefined || source === form.text) continue;
    const { line } = document.positionAt(form.start);
    notes.push(
      `\`${name}\` was edited on line ${line} and not evaluated since: its older version is used`,
    );
  }
  return notes;
}

function meaningOf({ form, expression }: Piece): Pick<Evaluated, "statement" | "names"> {
  const [statement] = form.nodes;
  const shown =
    expression ?? (statement?.type === "ExpressionStatement" ? statement.expression : undefined);
  if (shown === undefined) return { statement: "declaration", names: form.names };
  const last = lastOf(shown);
  if (last.type !== "AssignmentExpression") return { statement: "expression", names: [] };
  const target = bareExpression(last.left);
  return { statement: "declaration", names: target.type === "Identifier" ? [target.name] : [] };
}

/** The expression that gives a sequence its value. */
function lastOf(node: Node): Node {
  const bare = bareExpression(node);
  if (bare.type !== "SequenceExpression") return bare;
  const last = bare.expressions.at(-1);
  return last === undefined ? bare : lastOf(last);
}
