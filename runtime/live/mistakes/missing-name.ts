// Errors for names that have no value: what they are called, and what a message may suggest instead.

/** Declared in a file of the project, and never evaluated. */
export class UnevaluatedName extends ReferenceError {
  readonly declared: { readonly name: string; readonly file: string; readonly line: number };

  constructor(message: string, declared: UnevaluatedName["declared"]) {
    super(message);
    this.declared = declared;
  }
}

/** Declared nowhere. */
export class UnknownName extends ReferenceError {
  readonly unknown: string;
  /** The names that there are in its file. */
  readonly known: () => readonly string[];

  constructor(message: string, unknown: string, known: () => readonly string[]) {
    super(message);
    this.unknown = unknown;
    this.known = known;
  }
}

/** Imported from a module that does not export it. */
export class UnknownExport extends SyntaxError {
  readonly unknown: string;
  readonly known: () => readonly string[];

  constructor(message: string, unknown: string, known: () => readonly string[]) {
    super(message);
    this.unknown = unknown;
    this.known = known;
  }
}
