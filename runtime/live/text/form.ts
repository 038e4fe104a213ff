// A form: a top-level statement, with what it declares and what it reads.
import { codeOf } from "./form-code.ts";
import { classify } from "./form-kinds.ts";
import type { Declared, FormKind } from "./form-kinds.ts";
import { groupMerging, mergingName, partsOf } from "./merging.ts";
import { readStatements } from "./reading.ts";
import type { Reading } from "./reading.ts";
import { parse, referencesIn, shiftNodes } from "./syntax.ts";
import type { Reference, Span, Statement } from "./syntax.ts";

/** What of a form stays as it is when the text before it grows or shrinks. */
interface FormContent {
  readonly file: string;
  readonly kind: FormKind;
  readonly declared: Declared;
  readonly text: string;
  /** The name under which other declarations would merge with it. */
  readonly merging: string | undefined;
  readonly inRepl: boolean;
  code?: string;
  /** The forms of an `import.meta.repl` block that begins at `at`. */
  inner?: { readonly at: number; readonly forms: readonly Form[] };
}

/** A top-level statement, a statement of an `import.meta.repl` block, or all declarations that merge into one name. */
export class Form implements Span {
  readonly start: number;
  readonly end: number;
  readonly #content: FormContent;
  readonly #parts: readonly Span[] | undefined;
  #nodes: readonly Statement[] | undefined;
  #inner: readonly Form[] | undefined;
  #reading: Reading | undefined;

  constructor(content: FormContent, parts: readonly Span[], nodes?: readonly Statement[]) {
    this.start = parts[0]?.start ?? 0;
    this.end = parts.at(-1)?.end ?? 0;
    this.#content = content;
    this.#parts = parts.length === 1 ? undefined : parts;
    this.#nodes = nodes;
  }

  /** Where it stands: more than one place when other forms stand between declarations that merge. */
  get parts(): readonly Span[] {
    return this.#parts ?? [{ start: this.start, end: this.end }];
  }

  /** Whether it stands in more than one place. */
  get isApart(): boolean {
    return this.#parts !== undefined;
  }

  get kind(): FormKind {
    return this.#content.kind;
  }

  get text(): string {
    return this.#content.text;
  }

  /** What it declares at the top level; an unnamed default export is `default`. */
  get names(): readonly string[] {
    return this.#content.declared.names;
  }

  get declared(): Declared {
    return this.#content.declared;
  }

  get merging(): string | undefined {
    return this.#content.merging;
  }

  /** Whether it stands in an `import.meta.repl` block. */
  get inRepl(): boolean {
    return this.#content.inRepl;
  }

  /** Tells it from an edited one; worked out when first asked for. */
  get code(): string {
    const content = this.#content;
    content.code ??= codeOf(content.text);
    return content.code;
  }

  /** Parsed when first asked for, unless the whole text was. */
  get nodes(): readonly Statement[] {
    this.#nodes ??= parseParts(this.#content, this.parts);
    return this.#nodes;
  }

  /** The forms of an `import.meta.repl` block. */
  get inner(): readonly Form[] {
    this.#inner ??= this.#findInner();
    return this.#inner;
  }

  /** Its names and what else must be rewritten; analysed when first asked for. */
  get reading(): Reading {
    this.#reading ??= readStatements(this.nodes, this.names);
    return this.#reading;
  }

  /** Takes the references in it from an analysis of more than this form. */
  read(references: readonly Reference[]): void {
    this.#reading ??= readStatements(this.nodes, this.names, references);
  }

  /** The same form in a text that is longer by `by` before it, or shorter. */
  moved(by: number): Form {
    const parts = this.parts.map(({ start, end }) => ({ start: start + by, end: end + by }));
    return new Form(this.#content, parts);
  }

  #findInner(): readonly Form[] {
    const content = this.#content;
    if (content.kind !== "repl") return [];
    const { block = [] } = content.inner === undefined ? classify(this.nodes) : {};
    content.inner ??= { at: this.start, forms: buildForms(block, content, this.start, true) };
    const by = this.start - content.inner.at;
    return by === 0 ? content.inner.forms : content.inner.forms.map((form) => form.moved(by));
  }
}

/** The forms of statements, which stand in a text that begins at `from`. */
export function buildForms(
  statements: readonly Statement[],
  { file, text }: { readonly file: string; readonly text: string },
  from = 0,
  inRepl = false,
): Form[] {
  return groupMerging(statements).map((nodes) => {
    const { kind, declared } = classify(nodes);
    const parts = partsOf(nodes, statements);
    const [first] = nodes;
    const content: FormContent = {
      file,
      kind,
      declared,
      text: parts.map(({ start, end }) => text.slice(start - from, end - from)).join(BETWEEN_PARTS),
      merging: first && mergingName(first),
      inRepl,
    };
    return new Form(content, parts, nodes);
  });
}

const BETWEEN_PARTS = "\n";

/** Analyses forms that each stand in one place all at once, which is cheaper than one by one when all of them are needed. */
export function readTogether(forms: readonly Form[]): void {
  const ordered = forms.toSorted((one, other) => one.start - other.start);
  const references = referencesIn(ordered.flatMap(({ nodes }) => nodes));
  references.sort((one, other) => one.node.start - other.node.start);
  let next = 0;
  for (const form of ordered) {
    const first = next;
    while ((references[next]?.node.start ?? Infinity) < form.end) next += 1;
    form.read(references.slice(first, next));
  }
}

/** What a form is known by when its text changes: its names, or its code when it declares nothing. */
export function standingKey({
  inRepl,
  names,
  code,
}: Pick<Form, "inRepl" | "names" | "code">): string {
  return `${inRepl ? "repl" : "file"} ${names.length > 0 ? names.join() : `= ${code}`}`;
}

function parseParts({ file, text }: FormContent, parts: readonly Span[]): Statement[] {
  let from = 0;
  return parts.flatMap(({ start, end }) => {
    const { statements } = parse(file, text.slice(from, from + end - start));
    from += end - start + BETWEEN_PARTS.length;
    shiftNodes(statements, start);
    return statements;
  });
}
