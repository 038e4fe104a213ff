// The forms above a cursor, for whoever evaluates one after the other up to where the cursor is.
import type { EvaluationError } from "../../protocol/evaluation.ts";
import type { SourceDocument } from "./document.ts";
import { formAt, partAt } from "./form-at.ts";
import type { Form } from "./form.ts";
import { asEvaluationError, mistakeAt, syntaxMistake } from "./source-mistake.ts";
import type { Span } from "./syntax.ts";

/**
 * In source order, without the form under the cursor. An `import.meta.repl` block counts only when the cursor is in it:
 * the others are for other experiments.
 */
export function formsAbove(
  document: SourceDocument,
  cursor: number,
): readonly Span[] | { readonly error: EvaluationError } {
  const broken = document.broken.find(({ start }) => start <= cursor);
  if (broken !== undefined) {
    return { error: asEvaluationError(syntaxMistake(document, broken.mistake)) };
  }
  const here = formAt(document, cursor);
  const limit = here === undefined ? cursor : partAt(here, cursor).start;
  const block = document.forms.find(
    ({ kind, start, end }) => kind === "repl" && start <= limit && limit < end,
  );
  const forms = [...document.forms, ...(block?.inner ?? [])].filter((form) => form !== here);
  const spans = forms.flatMap((form) => partAbove(form, limit) ?? []);
  if (spans.length > 0) return spans.sort((a, b) => a.start - b.start);
  const next = "Put the cursor below the forms to evaluate.";
  const options = { name: "Selection", next };
  const place = { start: cursor, end: cursor };
  return {
    error: asEvaluationError(
      mistakeAt(document, place, "There is no form above the cursor", options),
    ),
  };
}

function partAbove(form: Form, limit: number): Span | undefined {
  if (form.kind === "repl" || form.kind === "types") return undefined;
  return form.parts.findLast(({ end }) => end <= limit);
}
