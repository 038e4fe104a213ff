// The text of a file, sent over a connection only when it is another than the one sent last: a key press on an unchanged file costs no copy of it.
interface FileText {
  readonly file: string;
  readonly text: string;
}

export class SentText {
  #last: FileText | undefined;

  /** What goes into a message about this file; an absent text stands for the last one. */
  send(file: string, text: string): { readonly text?: string } {
    if (this.#last?.file === file && this.#last.text === text) return {};
    this.#last = { file, text };
    return { text };
  }
}

export class HeardText {
  #last: FileText | undefined;

  /** The text that a message means. Throws when none was sent for this file. */
  hear(file: string, text: string | undefined): string {
    if (text !== undefined) this.#last = { file, text };
    if (this.#last?.file !== file) throw new Error(`no text of ${file} was sent`);
    return this.#last.text;
  }
}
