// The text of a file with its forms and positions. A mistake in one form leaves the others usable.
import { buildForms } from "./form.ts";
import type { Form } from "./form.ts";
import { indexByPlace } from "./form-index.ts";
import { parse } from "./syntax.ts";
import type { ParsedText, Span, SyntaxMistake } from "./syntax.ts";

/** Lines and columns count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface SourceRange extends Position {
  readonly endLine: number;
  readonly endColumn: number;
}

export interface SourceDocument {
  readonly file: string;
  readonly text: string;
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

export interface BrokenPart extends Span {
  readonly mistake: SyntaxMistake;
}

export function readDocument(file: string, text: string): SourceDocument {
  const lines = lineStarts(text);
  const { parsed, broken } = parseAround(file, text);
  const forms = buildForms(parsed.statements, text);
  const declaring = {
    file: indexNames(forms),
    repl: indexNames(forms.flatMap((form) => form.inner)),
  };
  const positionAt = (offset: number) => positionIn(lines, offset);
  return {
    file,
    text,
    forms,
    broken,
    formsTouching: indexByPlace(forms),
    positionAt,
    rangeOf(span) {
      const end = positionAt(span.end);
      return { ...positionAt(span.start), endLine: end.line, endColumn: end.column };
    },
    declaring: (name, inRepl) =>
      (inRepl ? declaring.repl.get(name) : undefined) ?? declaring.file.get(name),
  };
}

function indexNames(forms: readonly Form[]): Map<string, Form> {
  const index = new Map<string, Form>();
  for (const form of forms) for (const name of form.names) index.set(name, form);
  return index;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function positionIn(lines: readonly number[], offset: number): Position {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lines[low] ?? 0) + 1 };
}

function parseAround(file: string, text: string): { parsed: ParsedText; broken: BrokenPart[] } {
  const parsed = parse(file, text);
  const [mistake] = parsed.mistakes;
  if (mistake === undefined) return { parsed, broken: [] };
  const broken = brokenParts(file, text, mistake);
  if (broken.length === 0) return { parsed, broken: [{ start: 0, end: text.length, mistake }] };
  let rest = text;
  for (const { start, end } of broken) {
    rest =
      rest.slice(0, start) + rest.slice(start, end).replaceAll(/[^\n]/g, " ") + rest.slice(end);
  }
  const around = parse(file, rest);
  const [remaining] = around.mistakes;
  if (remaining === undefined) return { parsed: around, broken };
  return { parsed, broken: [{ start: 0, end: text.length, mistake }] };
}

/** A form that a template literal or a comment spreads over several chunks is tried with this many of them. */
const MOST_CHUNKS_OF_A_FORM = 12;

/** The chunks, cut where a line begins with code in the first column, that do not parse even with those after them. */
function brokenParts(file: string, text: string, first: SyntaxMistake): BrokenPart[] {
  const starts = [...text.matchAll(/^(?=[^\s)}\]/*])/gm)].map((match) => match.index);
  const broken: BrokenPart[] = [];
  for (let index = 0; index < starts.length;) {
    const start = starts[index] ?? 0;
    const whole = wholeChunk(file, text, starts, index);
    if (whole !== undefined) {
      index = whole;
      continue;
    }
    const end = starts[index + 1] ?? text.length;
    const [alone] = parse(file, text.slice(start, end)).mistakes;
    // The whole text tells its first mistake best.
    const isFirst = start <= first.start && first.start <= end;
    const mistake = isFirst || alone === undefined ? first : shift(alone, start);
    broken.push({ start, end, mistake });
    index += 1;
  }
  return broken;
}

/** The index of the chunk after the ones, from `first` on, that parse together. */
function wholeChunk(file: string, text: string, starts: number[], first: number) {
  const last = Math.min(first + MOST_CHUNKS_OF_A_FORM, starts.length);
  for (let next = first + 1; next <= last; next += 1) {
    const piece = text.slice(starts[first], starts[next] ?? text.length);
    if (parse(file, piece).mistakes.length === 0) return next;
  }
  return undefined;
}

function shift(mistake: SyntaxMistake, by: number): SyntaxMistake {
  const opened = mistake.opened === undefined ? {} : { opened: mistake.opened + by };
  return { ...mistake, start: mistake.start + by, end: mistake.end + by, ...opened };
}
