// The text of a file with its forms and positions.
import { parseAround } from "./broken-parts.ts";
import type { BrokenPart } from "./broken-parts.ts";
import { buildForms } from "./form.ts";
import type { Form } from "./form.ts";
import { indexByPlace } from "./form-index.ts";
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
  readonly lines?: Lines;
  readonly isSound?: boolean;
}

/** Its indices are made when they are first asked for. */
class ReadText implements SourceDocument {
  readonly file: string;
  readonly text: string;
  readonly isSound: boolean;
  readonly forms: readonly Form[];
  readonly broken: readonly BrokenPart[];
  #lines: Lines | undefined;
  #touching: ((span: Span) => Form[]) | undefined;
  #declaring: ReadonlyMap<string, Form> | undefined;
  #declaringInRepl: ReadonlyMap<string, Form> | undefined;

  constructor(file: string, text: string, { lines, forms, broken, isSound = false }: Read) {
    this.file = file;
    this.text = text;
    this.#lines = lines;
    this.isSound = isSound;
    this.forms = forms;
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
    if (inRepl) {
      this.#declaringInRepl ??= indexNames(this.forms.flatMap((form) => form.inner));
      const form = this.#declaringInRepl.get(name);
      if (form !== undefined) return form;
    }
    this.#declaring ??= indexNames(this.forms);
    return this.#declaring.get(name);
  }
}

function indexNames(forms: readonly Form[]): Map<string, Form> {
  const index = new Map<string, Form>();
  for (const form of forms) for (const name of form.names) index.set(name, form);
  return index;
}
