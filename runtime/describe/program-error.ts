// A mistake in the user's program, as against what happens on a host: it is thrown, says what to do next, and ends the program.

export class ProgramError extends Error {
  /** What to do about it, as an imperative without a final period. */
  readonly next: string;

  constructor(what: string, next: string, options?: ErrorOptions) {
    super(`${what} - ${next}`, options);
    this.name = "ProgramError";
    this.next = next;
  }
}
