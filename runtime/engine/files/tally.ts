// Counts what a copy consists of.
import type { Copied } from "../../describe/pipelines/outcome.ts";

const MOST_SKIPPED = 100;

export class Tally {
  #files = 0;
  #bytes = 0;
  readonly #skipped: string[] = [];

  addFile(bytes: number): void {
    this.#files += 1;
    this.#bytes += bytes;
  }

  /** Something that is neither file nor folder nor link. */
  skip(name: string): void {
    if (this.#skipped.length < MOST_SKIPPED) this.#skipped.push(name);
  }

  at(path: string): Copied {
    return { path, files: this.#files, bytes: this.#bytes, skipped: [...this.#skipped] };
  }
}
