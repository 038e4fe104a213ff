// A form: a top-level statement, with what it declares and what it reads.
import { codeOf } from "./form-code.ts";
import { classify } from "./form-kinds.ts";
import type { Declared, FormKind } from "./form-kinds.ts";
import { readStatements } from "./reading.ts";
import type { Reading } from "./reading.ts";
import { referencesIn } from "./syntax.ts";
import type { Reference, Span, Statement } from "./syntax.ts";

/** A top-level statement, a statement of an `import.meta.repl` block, or all declarations that merge into one name. */
export interface Form extends Span {
  readonly kind: FormKind;
  readonly nodes: readonly Statement[];
  /** Where it stands: more than one place when other forms stand between declarations that merge. */
  readonly parts: readonly Span[];
  readonly text: string;
  /** Tells it from an edited one; worked out when first asked for. */
  readonly code: string;
  /** What it declares at the top level; an unnamed default export is `default`. */
  readonly names: readonly string[];
  readonly declared: Declared;
  /** Whether it stands in an `import.meta.repl` block. */
  readonly inRepl: boolean;
  /** The forms of an `import.meta.repl` block. */
  readonly inner: readonly Form[];
  /** Its names and what else must be rewritten; analysed when first asked for. */
  readonly reading: Reading;
  /** Takes the references in it from an analysis of more than this form. */
  read(references: readonly Reference[]): void;
}

export function buildForms(statements: readonly Statement[], text: string, inRepl = false): Form[] {
  const groups = groupMerging(statements);
  return groups.map((nodes) => buildForm(nodes, statements, text, inRepl));
}

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

function buildForm(
  nodes: readonly Statement[],
  siblings: readonly Statement[],
  source: string,
  inRepl: boolean,
): Form {
  const { kind, declared, block } = classify(nodes);
  const parts = partsOf(nodes, siblings);
  const text = parts.map((part) => source.slice(part.start, part.end)).join("\n");
  let reading: Reading | undefined;
  let code: string | undefined;
  return {
    kind,
    nodes,
    parts,
    start: parts[0]?.start ?? 0,
    end: parts.at(-1)?.end ?? 0,
    text,
    get code() {
      code ??= codeOf(text);
      return code;
    },
    names: declared.names,
    declared,
    inRepl,
    inner: block === undefined ? [] : buildForms(block, source, true),
    get reading() {
      reading ??= readStatements(nodes, declared.names);
      return reading;
    },
    read(references) {
      reading ??= readStatements(nodes, declared.names, references);
    },
  };
}

function groupMerging(statements: readonly Statement[]): Statement[][] {
  const groups: Statement[][] = [];
  const merging = new Map<string, Statement[]>();
  for (const statement of statements) {
    if (statement.type === "EmptyStatement") continue;
    const name = mergingName(statement);
    const group = name === undefined ? undefined : merging.get(name);
    if (group !== undefined && merges(group, statement)) group.push(statement);
    else {
      const started = [statement];
      groups.push(started);
      if (name !== undefined) merging.set(name, started);
    }
  }
  return groups;
}

/** Two functions or classes of one name do not merge: the later one replaces the earlier. */
function merges(group: readonly Statement[], statement: Statement): boolean {
  const types = group.map((one) => declarationIn(one)?.type);
  const type = declarationIn(statement)?.type;
  if (type === "TSModuleDeclaration") return true;
  if (type === "TSEnumDeclaration") return types.includes("TSEnumDeclaration");
  return types.every((one) => one === "TSDeclareFunction");
}

function declarationIn(statement: Statement) {
  const isExport =
    statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration";
  return isExport ? statement.declaration : statement;
}

/** The name under which TypeScript merges several declarations into one value. */
function mergingName(statement: Statement): string | undefined {
  const declaration = declarationIn(statement);
  switch (declaration?.type) {
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "ClassDeclaration":
      return declaration.id?.name ?? "default";
    case "TSEnumDeclaration":
      return declaration.id.name;
    case "TSModuleDeclaration":
      return declaration.id.type === "Identifier" && declaration.kind !== "global"
        ? declaration.id.name
        : undefined;
    default:
      return undefined;
  }
}

/** Neighbours become one part, so that overloads and their function are shown as one. */
function partsOf(nodes: readonly Statement[], siblings: readonly Statement[]): Span[] {
  if (nodes.length === 1) return nodes.map(spanOf);
  const parts: Span[] = [];
  const members = new Set(nodes);
  let isOpen = false;
  for (const sibling of siblings) {
    const isMember = members.has(sibling);
    const last = parts.at(-1);
    if (isMember && isOpen && last !== undefined) {
      parts[parts.length - 1] = { start: last.start, end: sibling.end };
    } else if (isMember) parts.push(spanOf(sibling));
    isOpen = isMember;
  }
  return parts;
}

/** Decorators may stand before `export`, and belong to it all the same. */
function spanOf(statement: Statement): Span {
  const declaration = declarationIn(statement);
  const [decorator] = declaration?.type === "ClassDeclaration" ? declaration.decorators : [];
  return {
    start: Math.min(statement.start, decorator?.start ?? statement.start),
    end: statement.end,
  };
}
