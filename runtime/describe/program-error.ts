// A mistake in the user's program, as against what happens on a host: it is thrown, says what to do next, and ends the program.
import type { Place } from "./place.ts";

export interface ProgramErrorOptions extends ErrorOptions {
  /** Where the mistake is, when the stack cannot tell. */
  readonly place?: Place;
}

export class ProgramError extends Error {
  /** What is wrong, without what to do about it. */
  readonly what: string;
  /** What to do about it, as an imperative without a final period. */
  readonly next: string;
  readonly place?: Place;

  constructor(what: string, next: string, options?: ProgramErrorOptions) {
    const where = options?.place;
    const at = where === undefined ? "" : ` (${where.file}:${String(where.line)})`;
    super(`${what}${at} - ${next}`, options);
    this.name = "ProgramError";
    this.what = what;
    this.next = next;
    if (where !== undefined) this.place = where;
  }
}
