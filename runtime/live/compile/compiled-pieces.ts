// The compiled pieces of a file that were evaluated lately: to evaluate the same code again is to call its function again.

/** What evaluated code is given besides the bindings. */
export interface FormContext {
  /** Where an expression leaves its value: never returned, so that nothing awaits it. */
  value?: unknown;
  publish(values: Readonly<Record<string, unknown>>): void;
  /** Takes what `using` declares, until the form is evaluated again. */
  using<T>(value: T, isAsync: boolean): T;
  readonly meta: ImportMeta;
  import(specifier: string, options?: ImportCallOptions): Promise<unknown>;
}

/** Each call makes functions, classes and literals of its own. */
export type Executable = (file: object, repl: object, form: FormContext) => Promise<void>;

const MOST_PIECES = 32;

export class CompiledPieces {
  readonly #pieces = new Map<string, Executable>();

  /** `code`: all that the compiled function depends on. */
  get(code: string, compile: () => Executable): Executable {
    const piece = this.#pieces.get(code) ?? compile();
    this.#pieces.delete(code);
    this.#pieces.set(code, piece);
    const [oldest] = this.#pieces.keys();
    if (this.#pieces.size > MOST_PIECES && oldest !== undefined) this.#pieces.delete(oldest);
    return piece;
  }
}
