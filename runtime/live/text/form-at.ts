// Which form a cursor means, and what of that form stands round it.
import type { SourceDocument } from "./document.ts";
import type { Form } from "./form.ts";
import { childrenOf } from "./syntax.ts";
import type { Node, Span } from "./syntax.ts";

/** The form under the cursor, else the one on its line, else the one right below the comment in which it stands. */
export function formAt({ text, forms }: SourceDocument, cursor: number): Form | undefined {
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

/** The part of a form that a cursor means: overloads and merged declarations are one form in several parts. */
export function partAt(form: Form, cursor: number): Span {
  const part = form.parts.findLast(({ start, end }) => start <= cursor && cursor <= end);
  return part ?? form.parts.findLast(({ end }) => end <= cursor) ?? form.parts[0] ?? form;
}

/** The nodes round a span, outermost first. */
export function pathTo(form: Form, { start, end }: Span): Node[] {
  const path: Node[] = [];
  let nodes: readonly Node[] = form.nodes;
  for (;;) {
    const next = nodes.findLast((node) => node.start <= start && end <= node.end);
    if (next === undefined) return path;
    path.push(next);
    nodes = childrenOf(next);
  }
}
