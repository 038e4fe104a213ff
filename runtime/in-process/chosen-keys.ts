// Reads which of the numbered keys of a list somebody trusts, as it is typed on a terminal.

/** Positions in the list, none after `no`; undefined when it is unclear what was meant. */
export function readChosen(typed: string, count: number): readonly number[] | undefined {
  const words = typed.trim().toLowerCase();
  if (words === "yes") return Array.from({ length: count }, (_, position) => position);
  if (words === "no") return [];
  const parts = words.split(/\s*,\s*|\s+/u).map((part) => readPart(part, count));
  const positions = parts.flatMap((part) => part ?? []);
  return parts.includes(undefined)
    ? undefined
    : [...new Set(positions)].toSorted((one, other) => one - other);
}

/** `3`, or `3-9`. */
function readPart(part: string, count: number): readonly number[] | undefined {
  const found = /^(\d{1,9})(?:-(\d{1,9}))?$/u.exec(part);
  if (found === null) return undefined;
  const [, first, last = first] = found;
  const [from, to] = [Number(first), Number(last)];
  if (from < 1 || to > count || from > to) return undefined;
  return Array.from({ length: to - from + 1 }, (_, offset) => from - 1 + offset);
}
