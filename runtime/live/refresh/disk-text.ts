// What stood on disk when a file's code was evaluated: an editor may evaluate text that was never saved, which `refresh` leaves alone.
import { readFileSync, statSync } from "node:fs";
import type { Form } from "../text/form.ts";

export class DiskText {
  /** The text at the last look; absent when there was no such file. */
  #text: string | undefined;
  #stamp = "";
  /** The text that was there when the file was loaded whole. */
  #atLoad: string | undefined;
  /** Names that have a value from a text that was not on disk, with what was there instead. */
  readonly #unsaved = new Map<string, string>();

  get text(): string | undefined {
    return this.#text;
  }

  /** Reads the file, unless it is the one that was read last. */
  look(file: string): void {
    const stamp = stampOf(file);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    this.#text = readText(file);
  }

  loaded(): void {
    this.#atLoad = this.#text;
  }

  isAsLoaded(onDisk: string): boolean {
    return this.#atLoad === onDisk;
  }

  /** `whole`: the text of which the form is. */
  evaluated({ names, text }: Form, whole: string): void {
    const isSaved = this.#text === undefined || this.#text === whole || this.#text.includes(text);
    for (const name of names) {
      if (isSaved || this.#text === undefined) this.#unsaved.delete(name);
      else this.#unsaved.set(name, this.#text);
    }
  }

  /** Whether `name` was evaluated from a text that was not saved, and the disk has not changed since. */
  isAheadOf(name: string, onDisk: string): boolean {
    return this.#unsaved.get(name) === onDisk;
  }
}

/** The text of a file, or nothing when there is none. */
export function readText(file: string): string | undefined {
  try {
    return readSource(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The same of a file that must be there. Without a byte order mark, which editors do not count as a column either. */
export function readSource(file: string): string {
  return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
}

function stampOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? "" : `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "EISDIR")
  );
}
