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
  #text: string;
  readonly #step: number;

  constructor(lines: number) {
    const count = Math.floor(lines / LINES_OF_A_FORM);
    this.#step = Math.floor(count / CHOSEN_FORMS);
    this.#text = [HEAD, ...Array.from({ length: count }, (_, index) => form(index, 0))].join("");
  }

  get text(): string {
    return this.#text;
  }

  /** One of the chosen forms, with the text as it stands. */
  choose(index: number): LongForm {
    const { chosen, start, end, offset } = this.#find(index);
    return { text: this.#text, start, end, display: String(chosen * 2 + 3 + offset) };
  }

  /** The same, when something else than ever was written in that form and nowhere else. */
  edit(index: number): LongForm {
    const { chosen, start, end } = this.#find(index);
    const edited = form(chosen, index + 1).trimEnd();
    this.#text = this.#text.slice(0, start) + edited + this.#text.slice(end);
    return this.choose(index);
  }

  #find(index: number) {
    const chosen = (index % CHOSEN_FORMS) * this.#step;
    const start = this.#text.indexOf(`export const value${chosen} `);
    const last = `})(${chosen});`;
    const end = this.#text.indexOf(last, start) + last.length;
    const [, offset] = /const offset = (\d+)/.exec(this.#text.slice(start, end)) ?? [];
    return { chosen, start, end, offset: Number(offset) };
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
