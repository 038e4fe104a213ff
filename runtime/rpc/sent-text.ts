// The text of a file, sent over a connection once, and then what changed in it: a key press costs no copy of the file.
import { applyChange, changeBetween, type TextChange } from "../protocol/text-change.ts";

/** Both ends remember the texts of the same files: the order of messages tells which were the latest. */
class LatestTexts {
  readonly #texts = new Map<string, string>();

  get(file: string): string | undefined {
    return this.#texts.get(file);
  }

  keep(file: string, text: string): void {
    this.#texts.delete(file);
    this.#texts.set(file, text);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > MOST_TEXTS && oldest !== undefined) this.#texts.delete(oldest);
  }
}

/** Between which somebody goes to and fro. */
const MOST_TEXTS = 4;

export class SentText {
  readonly #latest = new LatestTexts();

  /** What goes into a message about this file: its text, or what changed in it since it was sent; nothing for the same. */
  send(file: string, text: string): { readonly text?: string | TextChange } {
    const before = this.#latest.get(file);
    this.#latest.keep(file, text);
    if (before === undefined) return { text };
    return before === text ? {} : { text: changeBetween(before, text) };
  }
}

export class HeardText {
  readonly #latest = new LatestTexts();

  /** The text that a message means. Throws when none was sent for this file before what changed in it. */
  hear(file: string, sent: string | TextChange | undefined): string {
    const text = typeof sent === "string" ? sent : this.#afterChange(file, sent);
    this.#latest.keep(file, text);
    return text;
  }

  #afterChange(file: string, change: TextChange | undefined): string {
    const before = this.#latest.get(file);
    if (before === undefined) throw new Error(`no text of ${file} was sent`);
    return change === undefined ? before : applyChange(before, change);
  }
}
