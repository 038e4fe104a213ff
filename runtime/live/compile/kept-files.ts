// What files were compiled to, kept on disk by the hash of their text: a project that was loaded before is not parsed again.
import { hash, randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { languageOf } from "../text/syntax.ts";
import { compilerIdentity } from "../compiler-identity.ts";

export interface KeptFilesOptions {
  /** Only this user may write there: what is in it is run. */
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Keeps JSON values; what cannot be read or written is compiled anew, and nobody is told. */
export class KeptFiles {
  readonly #options: KeptFilesOptions;
  readonly #identity = compilerIdentity();
  /** What is there: to look for a file that is not costs more than to read one. */
  readonly #names: Set<string>;
  readonly #writing = new Set<Promise<void>>();
  #isCleared = false;

  constructor(options: KeptFilesOptions) {
    this.#options = options;
    this.#names = new Set(namesIn(options.folder));
  }

  /** What was kept for a text; `file` says which language it is in. */
  read(file: string, text: string): unknown {
    const name = this.#nameOf(file, text);
    if (!this.#names.has(name)) return undefined;
    const kept = readOrNothing(path.join(this.#options.folder, name));
    const body = kept.slice(SEAL_LENGTH);
    return kept !== "" && sealOf(body) === kept.slice(0, SEAL_LENGTH)
      ? JSON.parse(body)
      : undefined;
  }

  /** `describe` is asked when nothing else is to be done. */
  keep(file: string, text: string, describe: () => unknown): void {
    const writing = this.#write(file, text, describe).finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  /** Resolves when nothing is to be written any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  async #write(file: string, text: string, describe: () => unknown): Promise<void> {
    await setImmediate();
    const name = this.#nameOf(file, text);
    const address = path.join(this.#options.folder, name);
    const half = `${address}.${randomUUID()}`;
    try {
      const body = JSON.stringify(describe());
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
      await writeFile(half, sealOf(body) + body, { mode: 0o600 });
      await rename(half, address); // never seen half written
      this.#names.add(name);
      await this.#clearOnce();
    } catch {
      await rm(half, { force: true }).catch(() => undefined); // a full disk, a folder that cannot be written to
    }
  }

  #nameOf(file: string, text: string): string {
    return hash("sha256", [this.#identity, languageOf(file), text].join("\0"), "base64url");
  }

  /** Once in a process: what was compiled long ago is in no file any more, or soon compiled again. */
  async #clearOnce(): Promise<void> {
    if (this.#isCleared) return;
    this.#isCleared = true;
    const { folder, now } = this.#options;
    for (const name of await readdir(folder)) {
      const address = path.join(folder, name);
      const { mtimeMs } = await stat(address);
      if (now() - mtimeMs > LONGEST_KEPT_MS) await rm(address, { force: true });
    }
  }
}

const LONGEST_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Tells a text that was damaged. */
function sealOf(body: string): string {
  return hash("sha256", body, "base64url");
}

const SEAL_LENGTH = sealOf("").length;

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // nothing was kept yet
  }
}

function readOrNothing(address: string): string {
  try {
    return readFileSync(address, "utf8");
  } catch {
    return ""; // never compiled
  }
}
