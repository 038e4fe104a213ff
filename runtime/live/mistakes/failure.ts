// A failed form on its way out of imports and loads: what was thrown, and the form that threw it.
import { types } from "node:util";
import type { SourceDocument } from "../text/document.ts";
import type { SourceRange } from "../text/lines.ts";
import type { Span } from "../text/syntax.ts";

export interface FormPlace {
  readonly file: string;
  readonly range: SourceRange;
}

/** Anything may be thrown, so the place is kept beside it. */
export class FormFailure extends Error {
  readonly thrown: unknown;
  readonly place: FormPlace;

  constructor(thrown: unknown, place: FormPlace) {
    super("a form failed");
    this.thrown = thrown;
    this.place = place;
  }
}

export function failAt(thrown: unknown, document: SourceDocument, span: Span): FormFailure {
  if (isFormFailure(thrown)) return thrown;
  return new FormFailure(thrown, { file: document.file, range: document.rangeOf(span) });
}

/** What the user's code threw. */
export function thrownBy(error: unknown): unknown {
  return isFormFailure(error) ? error.thrown : error;
}

/** A proxy would be asked for its prototype, which may take for ever. */
export function isFormFailure(error: unknown): error is FormFailure {
  return !types.isProxy(error) && error instanceof FormFailure;
}
