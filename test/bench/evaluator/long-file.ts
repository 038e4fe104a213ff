// A file of many forms of ten lines each, whose values are known, edited form by form.

export interface LongForm {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What an evaluation of the form shows. */
  readonly display: string;
}

const LINES_OF_A_FORM = 10;

/** Forms that are evaluated, spread over the whole of a file: as many in a long one as in a short one. */
const CHOSEN_FORMS = 50;

export class LongFile {
  readonly #offsets: number[];

  constructor(lines: number) {
    this.#offsets = Array.from({ length: Math.floor(lines / LINES_OF_A_FORM) }, () => 0);
  }

  get text(): string {
    return this.choose(0).text;
  }

  /** One of the chosen forms, with the text as it stands. */
  choose(index: number): LongForm {
    const step = Math.floor(this.#offsets.length / CHOSEN_FORMS);
    const chosen = (index % CHOSEN_FORMS) * step;
    const forms = this.#offsets.map((offset, one) => form(one, offset));
    const start = [HEAD, ...forms.slice(0, chosen)].join("").length;
    const end = start + (forms[chosen]?.trimEnd().length ?? 0);
    const display = String(chosen * 2 + 3 + (this.#offsets[chosen] ?? 0));
    return { text: [HEAD, ...forms].join(""), start, end, display };
  }

  /** The same, when something else than ever was written in that form and nowhere else. */
  edit(index: number): LongForm {
    const step = Math.floor(this.#offsets.length / CHOSEN_FORMS);
    this.#offsets[(index % CHOSEN_FORMS) * step] = index + 1;
    return this.choose(index);
  }
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
