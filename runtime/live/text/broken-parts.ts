// Reads round what does not parse: a mistake in one form leaves the others usable.
import { parse } from "./syntax.ts";
import type { Span, Statement, SyntaxMistake } from "./syntax.ts";

export interface BrokenPart extends Span {
  readonly mistake: SyntaxMistake;
}

export interface ParsedAround {
  readonly statements: readonly Statement[];
  /** The parts of the text that do not parse, each with what is wrong. */
  readonly broken: readonly BrokenPart[];
}

export function parseAround(file: string, text: string): ParsedAround {
  const { statements, mistakes } = parse(file, text);
  const [mistake] = mistakes;
  if (mistake === undefined) return { statements, broken: [] };
  const broken = brokenParts(file, text, mistake);
  if (broken.length > 0) {
    const around = parse(file, withoutParts(text, broken));
    if (around.mistakes.length === 0) return { statements: around.statements, broken };
  }
  return { statements, broken: [{ start: 0, end: text.length, mistake }] };
}

/** All else stays where it is. */
function withoutParts(text: string, parts: readonly Span[]): string {
  let rest = text;
  for (const { start, end } of parts) {
    rest =
      rest.slice(0, start) + rest.slice(start, end).replaceAll(/[^\n]/g, " ") + rest.slice(end);
  }
  return rest;
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
