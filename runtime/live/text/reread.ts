// Reads an edited text again: only the forms round the edit are parsed, the others are those that were there, moved.
import { changeBetween } from "../../protocol/text-change.ts";
import type { TextChange } from "../../protocol/text-change.ts";
import type { SourceDocument } from "./document.ts";
import { buildForms } from "./form.ts";
import type { Form } from "./form.ts";
import type { NameIndex } from "./form-index.ts";
import { parse, shiftNodes } from "./syntax.ts";
import type { Span } from "./syntax.ts";

interface Reread extends Pick<SourceDocument, "forms" | "broken" | "lines"> {
  /** When there are as many forms as before, with the same names. */
  readonly names?: NameIndex;
}

/**
 * Undefined when all of the text must be parsed: there are mistakes in it, or forms far apart concern each other.
 *
 * A form on either side of the edit is parsed with it. The edit cannot reach beyond the one before it, for where a
 * statement ends is seen in the first words of the next, and these are unchanged. And when the form behind the edit comes
 * out as it was, so does all that follows.
 */
export function reread(before: SourceDocument, text: string): Reread | undefined {
  if (before.broken.length > 0 || before.forms.some(({ isApart }) => isApart)) return undefined;
  const change = changeBetween(before.text, text);
  const by = text.length - before.text.length;
  const { kept, edited, moved } = formsAround(before.forms, change);
  if (kept.length === 0 && moved.length === 0) return undefined;
  const last = moved.length === 0 ? undefined : edited.at(-1);
  const start = kept.at(-1)?.end ?? 0;
  const end = last === undefined ? text.length : last.end + by;
  const forms = parseForms(before.file, text, { start, end });
  if (forms === undefined || !endsWith(forms, last?.moved(by))) return undefined;
  if (mayMerge([...edited, ...forms], [kept, moved])) return undefined;
  const rest = by === 0 ? moved : moved.map((form) => form.moved(by));
  return {
    forms: [...kept, ...forms, ...rest],
    ...(haveSameNames(edited, forms) && { names: before.names }),
    broken: [],
    lines: before.lines.after(change),
  };
}

function formsAround(forms: readonly Form[], { start, end }: TextChange) {
  const touched = forms.findIndex((form) => form.end >= start);
  const first = Math.max(0, (touched === -1 ? forms.length : touched) - 1);
  const behind = forms.findIndex((form) => form.start >= end);
  const next = behind === -1 ? forms.length : behind + 1;
  return {
    kept: forms.slice(0, first),
    edited: forms.slice(first, next),
    moved: forms.slice(next),
  };
}

function parseForms(file: string, text: string, { start, end }: Span): Form[] | undefined {
  const piece = text.slice(start, end);
  const { statements, mistakes } = parse(file, piece);
  if (mistakes.length > 0) return undefined;
  shiftNodes(statements, start);
  return buildForms(statements, { file, text: piece }, start);
}

function endsWith(forms: readonly Form[], last: Span | undefined): boolean {
  const form = forms.at(-1);
  return last === undefined || (form?.start === last.start && form.end === last.end);
}

function haveSameNames(forms: readonly Form[], others: readonly Form[]): boolean {
  return (
    forms.length === others.length &&
    forms.every(({ names }, index) => names.join() === others[index]?.names.join())
  );
}

function mayMerge(forms: readonly Form[], others: readonly (readonly Form[])[]): boolean {
  const names = new Set(forms.flatMap(({ merging }) => merging ?? []));
  if (names.size === 0) return false;
  return others.some((some) =>
    some.some(({ merging }) => merging !== undefined && names.has(merging)),
  );
}
