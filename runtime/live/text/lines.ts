// Where the lines of a text begin.
import type { TextChange } from "../../protocol/text-change.ts";
import type { Span } from "./syntax.ts";

/** Lines and columns count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface SourceRange extends Position {
  readonly endLine: number;
  readonly endColumn: number;
}

export class Lines {
  readonly #starts: readonly number[];

  constructor(starts: readonly number[]) {
    this.#starts = starts;
  }

  static of(text: string): Lines {
    return new Lines([0, ...startsIn(text, 0)]);
  }

  /** Those of the text which became of the text of these lines by a change. */
  after({ start, end, text }: TextChange): Lines {
    const by = text.length - (end - start);
    const kept = this.#indexAt(start) + 1;
    const moved = this.#indexAt(end) + 1;
    if (by === 0 && kept === moved && !text.includes("\n")) return this;
    const starts = this.#starts.slice(0, kept);
    starts.push(...startsIn(text, start));
    for (let index = moved; index < this.#starts.length; index += 1) {
      starts.push((this.#starts[index] ?? 0) + by);
    }
    return new Lines(starts);
  }

  positionAt(offset: number): Position {
    const index = this.#indexAt(offset);
    return { line: index + 1, column: offset - (this.#starts[index] ?? 0) + 1 };
  }

  rangeOf(span: Span): SourceRange {
    const end = this.positionAt(span.end);
    return { ...this.positionAt(span.start), endLine: end.line, endColumn: end.column };
  }

  /** The last line that begins at `offset` or before it. */
  #indexAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Where lines begin behind the line breaks of a piece of text that stands at `from`. */
function startsIn(piece: string, from: number): number[] {
  const starts: number[] = [];
  for (let at = piece.indexOf("\n"); at !== -1; at = piece.indexOf("\n", at + 1)) {
    starts.push(from + at + 1);
  }
  return starts;
}
