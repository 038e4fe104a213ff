// The text of a file with its forms and positions.
import { parseAround } from "./broken-parts.ts";
import type { BrokenPart } from "./broken-parts.ts";
import { buildForms } from "./form.ts";
import type { Form } from "./form.ts";
import { indexByPlace, NameIndex } from "./form-index.ts";
import { Lines } from "./lines.ts";
import type { Position, SourceRange } from "./lines.ts";
import { reread } from "./reread.ts";
import { parse } from "./syntax.ts";
import type { Span } from "./syntax.ts";

export interface SourceDocument {
  readonly file: string;
  readonly text: string;
  /** Whether it is known that there is no mistake in it, also none that concerns several statements. */
  readonly isSound: boolean;
  readonly lines: Lines;
  readonly forms: readonly Form[];
  readonly names: NameIndex;
  /** The parts of the text that do not parse, each with what is wrong. */
  readonly broken: readonly BrokenPart[];
  /** The forms that a span touches, in their order; not those inside `import.meta.repl` blocks. */
  formsTouching(span: Span): Form[];
  positionAt(offset: number): Position;
  rangeOf(span: Span): SourceRange;
  /** The form that declares `name`: among those of `import.meta.repl` blocks when asked from there, else of the file. */
  declaring(name: string, inRepl: boolean): Form | undefined;
}

/** `before`: the same file as it was read some edits ago; only what changed since is parsed. */
export function readDocument(file: string, text: string, before?: SourceDocument): SourceDocument {
  const again = before?.file === file ? reread(before, text) : undefined;
  if (again !== undefined) return new ReadText(file, text, again);
  const { statements, broken } = parseAround(file, text);
  const forms = buildForms(statements, { file, text });
  return new ReadText(file, text, { forms, broken });
}

/** The same of a text that is to be evaluated whole: what concerns several statements is looked for on the way. */
export function readWhole(file: string, text: string): SourceDocument {
  const { statements, mistakes } = parse(file, text, { isThorough: true });
  if (mistakes.length > 0) return readDocument(file, text);
  return soundDocument(file, text, buildForms(statements, { file, text }));
}

/** A text of which the forms are known, and that there is no mistake in it. */
export function soundDocument(file: string, text: string, forms: readonly Form[]): SourceDocument {
  return new ReadText(file, text, { forms, broken: [], isSound: true });
}

interface Read extends Pick<SourceDocument, "forms" | "broken"> {
  readonly names?: NameIndex;
  readonly lines?: Lines;
  readonly isSound?: boolean;
}

/** Its indices are made when they are first asked for. */
class ReadText implements SourceDocument {
  readonly file: string;
  readonly text: string;
  readonly isSound: boolean;
  readonly forms: readonly Form[];
  readonly names: NameIndex;
  readonly broken: readonly BrokenPart[];
  #lines: Lines | undefined;
  #touching: ((span: Span) => Form[]) | undefined;
  #inRepl: { readonly forms: readonly Form[]; readonly names: NameIndex } | undefined;

  constructor(file: string, text: string, read: Read) {
    const { lines, forms, names, broken, isSound = false } = read;
    this.file = file;
    this.text = text;
    this.#lines = lines;
    this.isSound = isSound;
    this.forms = forms;
    this.names = names ?? new NameIndex(forms);
    this.broken = broken;
  }

  get lines(): Lines {
    this.#lines ??= Lines.of(this.text);
    return this.#lines;
  }

  formsTouching(span: Span): Form[] {
    this.#touching ??= indexByPlace(this.forms);
    return this.#touching(span);
  }

  positionAt(offset: number): Position {
    return this.lines.positionAt(offset);
  }

  rangeOf(span: Span): SourceRange {
    return this.lines.rangeOf(span);
  }

  declaring(name: string, inRepl: boolean): Form | undefined {
    const tried = inRepl ? this.#declaringInRepl(name) : undefined;
    const place = tried === undefined ? this.names.placeOf(name) : undefined;
    return place === undefined ? tried : this.forms[place];
  }

  #declaringInRepl(name: string): Form | undefined {
    if (this.#inRepl === undefined) {
      const forms = this.forms.flatMap((form) => form.inner);
      this.#inRepl = { forms, names: new NameIndex(forms) };
    }
    const place = this.#inRepl.names.placeOf(name);
    return place === undefined ? undefined : this.#inRepl.forms[place];
  }
}
