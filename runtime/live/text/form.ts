// A form: a top-level statement, with what it declares and what it reads.
import { readsAtOnce } from "./at-once.ts";
import type { ReadAtOnce } from "./at-once.ts";
import { FormCode } from "./form-code.ts";
import { classify } from "./form-kinds.ts";
import type { Declared, FormKind } from "./form-kinds.ts";
import { groupMerging, mergingName, partsOf } from "./merging.ts";
import { exportsOf, importsOf } from "./module-syntax.ts";
import type { Exported, Imported } from "./module-syntax.ts";
import { parentsIn } from "./nodes.ts";
import { readStatements } from "./reading.ts";
import type { Reading } from "./reading.ts";
import { parse, shiftNodes } from "./syntax.ts";
import type { Node, Reference, Span, Statement } from "./syntax.ts";

/** What of a form stays as it is when the text before it grows or shrinks. */
interface FormContent {
  readonly file: string;
  readonly kind: FormKind;
  readonly declared: Declared;
  readonly text: string;
  /** The name under which other declarations would merge with it. */
  readonly merging?: string | undefined;
  readonly inRepl: boolean;
  readonly coded: FormCode;
  atOnce?: readonly ReadAtOnce[] | undefined;
  /** The forms of an `import.meta.repl` block that begins at `at`. */
  inner?: { readonly at: number; readonly forms: readonly Form[] };
}

interface ModuleSyntax {
  readonly imported?: Imported | undefined;
  readonly exported?: Exported | undefined;
}

/** All that is asked of a form to load it, without its syntax: fit to be kept as JSON. */
export interface FormFacts
  extends ModuleSyntax, Pick<FormContent, "kind" | "declared" | "merging"> {
  readonly parts: readonly Span[];
  /** Absent of forms that are not evaluated. */
  readonly code?: string | undefined;
  readonly atOnce?: readonly ReadAtOnce[] | undefined;
}

/** A top-level statement, a statement of an `import.meta.repl` block, or all declarations that merge into one name. */
export class Form implements Span {
  readonly start: number;
  readonly end: number;
  readonly #content: FormContent;
  readonly #parts: readonly Span[] | undefined;
  #nodes: readonly Statement[] | undefined;
  #inner: readonly Form[] | undefined;
  #parents: ReadonlyMap<Node, Node> | undefined;
  #reading: Reading | undefined;
  #module: ModuleSyntax | undefined;

  constructor(
    content: FormContent,
    parts: readonly Span[],
    known: { readonly nodes?: readonly Statement[]; readonly module?: ModuleSyntax } = {},
  ) {
    this.start = parts[0]?.start ?? 0;
    this.end = parts.at(-1)?.end ?? 0;
    this.#content = content;
    this.#parts = parts.length === 1 ? undefined : parts;
    this.#nodes = known.nodes;
    this.#module = known.module;
  }

  /** Where it stands: more than one place when other forms stand between declarations that merge. */
  get parts(): readonly Span[] {
    return this.#parts ?? [{ start: this.start, end: this.end }];
  }

  /** Whether it stands in more than one place. */
  get isApart(): boolean {
    return this.#parts !== undefined;
  }

  get facts(): FormFacts {
    const { kind, declared, merging, parts, imported, exported } = this;
    const facts = { kind, declared, merging, parts, imported, exported };
    if (kind === "types" || kind === "repl") return facts;
    return {
      ...facts,
      code: this.code,
      ...((imported ?? exported) ? {} : { atOnce: this.atOnce }),
    };
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
    return this.#content.coded.code;
  }

  /** The same for somebody who may never ask for it, and is not to hold the form meanwhile. */
  get coded(): FormCode {
    return this.#content.coded;
  }

  /** Names that it reads while it is evaluated. */
  get atOnce(): readonly ReadAtOnce[] {
    const content = this.#content;
    content.atOnce ??= readsAtOnce(this.reading, this.names);
    return content.atOnce;
  }

  /** What it imports, if it is an import. */
  get imported(): Imported | undefined {
    return this.#moduleSyntax().imported;
  }

  /** What it exports by a list. */
  get exported(): Exported | undefined {
    return this.#moduleSyntax().exported;
  }

  /** Parsed when first asked for, unless the whole text was. */
  get nodes(): readonly Statement[] {
    this.#nodes ??= parseParts(this.#content, this.parts);
    return this.#nodes;
  }

  /** The parent of every node below them. */
  get parents(): ReadonlyMap<Node, Node> {
    this.#parents ??= parentsIn(this.nodes);
    return this.#parents;
  }

  /** The forms of an `import.meta.repl` block. */
  get inner(): readonly Form[] {
    this.#inner ??= this.#findInner();
    return this.#inner;
  }

  /** Its names and what else must be rewritten; analysed when first asked for. */
  get reading(): Reading {
    this.#reading ??= readStatements(this.nodes, this.parents, this.names);
    return this.#reading;
  }

  /** Takes the references in it from an analysis of more than this form. */
  read(references: readonly Reference[]): void {
    this.#reading ??= readStatements(this.nodes, this.parents, this.names, references);
  }

  /** The same form in a text that is longer by `by` before it, or shorter. */
  moved(by: number): Form {
    const parts = this.parts.map(({ start, end }) => ({ start: start + by, end: end + by }));
    return new Form(this.#content, parts);
  }

  #moduleSyntax(): ModuleSyntax {
    const mayHave = ["import", "export"].includes(this.kind);
    this.#module ??= mayHave
      ? { imported: importsOf(this.nodes), exported: exportsOf(this.nodes) }
      : {};
    return this.#module;
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

/** A form of which all that matters is known already; `text` is that of its file. */
export function formOf(
  facts: FormFacts,
  { file, text }: { readonly file: string; readonly text: string },
): Form {
  const { kind, declared, merging, parts, code, atOnce, imported, exported } = facts;
  const own = textOf(parts, text);
  const coded = new FormCode(own, code);
  const content = { file, kind, declared, merging, text: own, inRepl: false, coded, atOnce };
  return new Form(content, parts, { module: { imported, exported } });
}

function textOf(parts: readonly Span[], text: string, from = 0): string {
  const own = parts.map(({ start, end }) => text.slice(start - from, end - from));
  return detached(own.join(BETWEEN_PARTS));
}

/** The text of a form outlives that of its file, which V8 would keep for the sake of a slice of it: this is a copy. */
function detached(slice: string): string {
  return ` ${slice}`.slice(1);
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
    const own = textOf(parts, text, from);
    const content: FormContent = {
      file,
      kind,
      declared,
      text: own,
      merging: first && mergingName(first),
      inRepl,
      coded: new FormCode(own),
    };
    return new Form(content, parts, { nodes });
  });
}

const BETWEEN_PARTS = "\n";

function parseParts({ file, text }: FormContent, parts: readonly Span[]): Statement[] {
  let from = 0;
  return parts.flatMap(({ start, end }) => {
    const { statements } = parse(file, text.slice(from, from + end - start));
    from += end - start + BETWEEN_PARTS.length;
    shiftNodes(statements, start);
    return statements;
  });
}
