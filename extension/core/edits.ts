// What an edit of a document does to ranges in it.
import type { Range } from "re-ops/protocol";

/** One replacement, in offsets of the text before it, and in its lines and columns (0-based). */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly from: Position;
  readonly to: Position;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The range after an edit outside of it; undefined when the edit changes what stands in it. */
export function shiftRange(range: Range, edit: TextEdit): Range | undefined {
  if (isBefore(range, edit)) {
    const by = edit.text.length - (edit.end - edit.start);
    return { start: range.start + by, end: range.end + by };
  }
  return isAfter(range, edit) ? range : undefined;
}

/** The range after any edit: one that touches it makes it longer or shorter. */
export function stretchRange(range: Range, edit: TextEdit): Range {
  const shifted = shiftRange(range, edit);
  if (shifted !== undefined) return shifted;
  const by = edit.text.length - (edit.end - edit.start);
  const start = Math.min(range.start, edit.start);
  return { start, end: Math.max(start, Math.max(range.end, edit.end) + by) };
}

/** By how many lines an edit elsewhere moves these lines (0-based); undefined when it touches them. */
export function shiftOfLines(
  lines: { readonly first: number; readonly last: number },
  edit: TextEdit,
): number | undefined {
  if (edit.from.line > lines.last) return 0;
  const endsAtStart = edit.to.line === lines.first && edit.to.column === 0;
  const leavesLineWhole = edit.text.endsWith("\n") || (edit.text === "" && edit.from.column === 0);
  if (edit.to.line < lines.first || (endsAtStart && leavesLineWhole)) {
    return countLines(edit.text) - (edit.to.line - edit.from.line);
  }
  return undefined;
}

export function overlaps(one: Range, other: Range): boolean {
  return one.start < other.end && other.start < one.end;
}

// Text put right in front of a form belongs to it, unless it is only space or ends a line, a statement or a block.
function isBefore(range: Range, edit: TextEdit): boolean {
  if (edit.end < range.start) return true;
  return edit.end === range.start && /^\s*$|[\n;{}][ \t]*$/u.test(edit.text);
}

function isAfter(range: Range, edit: TextEdit): boolean {
  if (edit.start > range.end) return true;
  return edit.start === range.end && /^(?:$|;|[ \t]*(?:\r?\n|\/\/))/u.test(edit.text);
}

function countLines(text: string): number {
  return text.split("\n").length - 1;
}
