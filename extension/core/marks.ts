// When each step from a key press to a visible result happened, for the editor benchmark.

const KEPT = 500;

export type MarkName = "asked" | "started" | "answered" | "shown";

/** Milliseconds since 1970, with fractions. */
export type Mark = { readonly id: string } & Partial<Record<MarkName, number>>;

export class Marks {
  readonly #now: () => number;
  readonly #marks = new Map<string, Partial<Record<MarkName, number>>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The first time counts. */
  note(id: string, name: MarkName): void {
    const mark = this.#marks.get(id);
    if (mark !== undefined) mark[name] ??= this.#now();
    else if (name === "asked") this.#add(id);
  }

  all(): readonly Mark[] {
    return [...this.#marks].map(([id, times]) => ({ id, ...times }));
  }

  #add(id: string): void {
    this.#marks.set(id, { asked: this.#now() });
    const [oldest] = this.#marks.keys();
    if (this.#marks.size > KEPT && oldest !== undefined) this.#marks.delete(oldest);
  }
}
