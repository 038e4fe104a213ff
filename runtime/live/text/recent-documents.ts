// Texts that were read lately: each is read once, and an edited one only where it was edited.
import { readDocument } from "./document.ts";
import type { SourceDocument } from "./document.ts";

interface Recent {
  readonly latest: SourceDocument;
  /** The latest without a mistake: most mistakes are gone a few keys later. */
  readonly sound: SourceDocument | undefined;
}

export class RecentDocuments {
  /** The oldest first. */
  readonly #recent = new Map<string, Recent>();
  readonly #most: number;

  /** `most`: files that are remembered; the syntax of a text is far larger than the text. */
  constructor(most: number) {
    this.#most = most;
  }

  read(file: string, text: string): SourceDocument {
    const recent = this.#recent.get(file);
    const known = [recent?.latest, recent?.sound].find((one) => one?.text === text);
    const latest = known ?? readDocument(file, text, recent?.sound);
    const sound = latest.broken.length === 0 ? latest : recent?.sound;
    this.#recent.delete(file);
    this.#recent.set(file, { latest, sound });
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > this.#most && oldest !== undefined) this.#recent.delete(oldest);
    return latest;
  }
}
