// A file of many forms of ten lines each, whose values are known.

export interface LongForm {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What an evaluation of the form shows. */
  readonly display: string;
}

const LINES_OF_A_FORM = 10;

/** `lines` lines, of which the form number `index` counts, written with `offset` in it. */
export function longFile(lines: number, index: number, offset: number): LongForm {
  const count = Math.floor(lines / LINES_OF_A_FORM);
  const chosen = index % count;
  const forms = Array.from({ length: count }, (_, one) => form(one, one === chosen ? offset : 0));
  const before = [HEAD, ...forms.slice(0, chosen)].join("");
  const start = before.length;
  const end = start + (forms[chosen]?.trimEnd().length ?? 0);
  const text = [HEAD, ...forms].join("");
  return { text, start, end, display: String(chosen * 2 + 3 + offset) };
}

const HEAD = "export const base = 1;\n";

function form(index: number, offset: number): string {
  return `export const value${index} = ((input: number): number => {
  const parts: number[] = [input, input];
  let total = base;
  for (const part of parts) {
    total += part;
  }
  // What is added is what was edited.
  const offset = ${offset};
  return total + offset + [1, 2].length;
})(${index});
`;
}
