// Mistakes of the user's program that have a place in the source before anything runs.
import type { EvaluationError } from "../../protocol/evaluation.ts";
import type { SourceDocument } from "./document.ts";
import type { SourceRange } from "./lines.ts";
import type { Span, SyntaxMistake } from "./syntax.ts";

export interface MistakeOptions {
  readonly name?: string;
  /** What to do about it. */
  readonly next?: string;
}

/** An error that knows where in the user's text it is. */
export class SourceMistake extends Error {
  readonly file: string;
  readonly range: SourceRange;
  readonly next: string | undefined;

  constructor(message: string, file: string, range: SourceRange, options: MistakeOptions = {}) {
    super(message);
    this.name = options.name ?? "SyntaxError";
    this.file = file;
    this.range = range;
    this.next = options.next;
  }
}

export function mistakeAt(
  document: SourceDocument,
  span: Span,
  message: string,
  options?: MistakeOptions,
): SourceMistake {
  return new SourceMistake(message, document.file, document.rangeOf(span), options);
}

export function syntaxMistake(
  document: SourceDocument,
  { message, next, opened, ...span }: SyntaxMistake,
): SourceMistake {
  const where = opened === undefined ? "" : ` (opened on line ${document.positionAt(opened).line})`;
  return mistakeAt(document, span, message + where, next === undefined ? {} : { next });
}

export function asEvaluationError(mistake: SourceMistake): EvaluationError {
  return {
    message: mistake.message,
    name: mistake.name,
    ...(mistake.next === undefined ? {} : { next: mistake.next }),
    file: mistake.file,
    ...mistake.range,
    frames: [],
  };
}
