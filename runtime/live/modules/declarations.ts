// What the latest text of a file declares: read only when a name has no value, and a message must say why.
import { readDocument } from "../text/document.ts";
import type { Form } from "../text/form.ts";
import type { DeclaredLines } from "./bindings.ts";

export class Declarations {
  readonly #file: string;
  #text: string | undefined;
  #lines: { readonly file: DeclaredLines; readonly repl: DeclaredLines } | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  get text(): string | undefined {
    return this.#text;
  }

  set text(text: string | undefined) {
    if (text === this.#text) return;
    this.#text = text;
    this.#lines = undefined;
  }

  /** Of its `import.meta.repl` blocks, or of the file without them. */
  lines(inRepl: boolean): DeclaredLines {
    this.#lines ??= this.#read();
    return inRepl ? this.#lines.repl : this.#lines.file;
  }

  #read() {
    const document = readDocument(this.#file, this.#text ?? "");
    const linesOf = (forms: readonly Form[]): DeclaredLines =>
      new Map(
        forms.flatMap(({ names, start }) =>
          names.map((name): [string, number] => [name, document.positionAt(start).line]),
        ),
      );
    return {
      file: linesOf(document.forms),
      repl: linesOf(document.forms.flatMap((form) => form.inner)),
    };
  }
}
