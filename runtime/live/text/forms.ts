// The forms of a text as the language server sees them.
import { readDocument } from "./document.ts";
import type { SourceRange } from "./lines.ts";
import type { FormKind } from "./form-kinds.ts";
import type { Form } from "./form.ts";
import { isPure } from "./purity.ts";
import type { Span } from "./syntax.ts";

/** What a language feature needs to know of a form. */
export interface FormOutline extends Span {
  readonly kind: FormKind;
  readonly range: SourceRange;
  readonly names: readonly string[];
  readonly reads: readonly string[];
  /** Whether evaluating it does nothing but declare. */
  readonly pure: boolean;
  readonly inner: readonly FormOutline[];
}

/** The forms of a text, in source order. */
export function formsOf(text: string, file: string): FormOutline[] {
  const document = readDocument(file, text);
  const outline = (form: Form): FormOutline => ({
    kind: form.kind,
    start: form.start,
    end: form.end,
    range: document.rangeOf(form),
    names: form.names,
    reads: form.kind === "repl" ? [] : [...form.reading.names],
    pure: isPure(form, document),
    inner: form.inner.map(outline),
  });
  return document.forms.map(outline);
}
