// What files were compiled to, kept on disk by the hash of their text: a project that was loaded before is not parsed again.
import { hash, randomUUID } from "node:crypto";
import { lstatSync, readFileSync, readdirSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { languageOf } from "../text/syntax.ts";
import { compilerIdentity } from "../compiler-identity.ts";

export interface KeptFilesOptions {
  /** What is in it is run: a folder that others can write to is left alone. */
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What is kept of a text: a JSON value, and bytes. */
export interface Kept {
  readonly value: unknown;
  readonly bytes: Buffer;
}

/** What cannot be read or written is compiled anew, and nobody is told. */
export class KeptFiles {
  readonly #options: KeptFilesOptions;
  readonly #identity = compilerIdentity();
  /** What is there: to look for a file that is not costs more than to read one. */
  readonly #names: Set<string>;
  readonly #writing = new Set<Promise<void>>();
  #isCleared = false;

  constructor(options: KeptFilesOptions) {
    this.#options = options;
    this.#names = new Set(isPrivate(options.folder) ? readdirSync(options.folder) : []);
  }

  /** What was kept for a text; `file` says which language it is in. */
  read(file: string, text: string): Kept | undefined {
    const name = this.#nameOf(file, text);
    if (!this.#names.has(name)) return undefined;
    const kept = readOrNothing(path.join(this.#options.folder, name));
    return kept && unpack(kept);
  }

  /** `describe` is asked when nothing else is to be done. */
  keep(file: string, text: string, describe: () => Kept): void {
    const writing = this.#write(file, text, describe).finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  /** Resolves when nothing is to be written any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  async #write(file: string, text: string, describe: () => Kept): Promise<void> {
    await setImmediate();
    const name = this.#nameOf(file, text);
    const address = path.join(this.#options.folder, name);
    const half = `${address}.${randomUUID()}`;
    try {
      const packed = pack(describe());
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
      if (!isPrivate(this.#options.folder)) return;
      await writeFile(half, packed, { mode: 0o600 });
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

/** A seal that tells when any of it was damaged, the length of the JSON text in bytes, that text, the bytes. */
function pack({ value, bytes }: Kept): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  const packed = Buffer.concat([Buffer.alloc(HEAD_SIZE), json, bytes]);
  packed.writeUInt32LE(json.length, SEAL_SIZE);
  packed.writeUInt32LE(sealOf(packed));
  return packed;
}

function unpack(packed: Buffer): Kept | undefined {
  if (packed.length < HEAD_SIZE || packed.readUInt32LE() !== sealOf(packed)) return undefined;
  const end = HEAD_SIZE + packed.readUInt32LE(SEAL_SIZE);
  const value: unknown = JSON.parse(packed.toString("utf8", HEAD_SIZE, end));
  return { value, bytes: packed.subarray(end) };
}

const SEAL_SIZE = 4;
const HEAD_SIZE = SEAL_SIZE + 4;

/** Against a disk that fails, not against people: the folder is the user's own. */
function sealOf(packed: Buffer): number {
  return crc32(packed.subarray(SEAL_SIZE));
}

/** Whether it is there, and this user's alone. */
function isPrivate(folder: string): boolean {
  try {
    const found = lstatSync(folder);
    const isOwn = process.getuid === undefined || found.uid === process.getuid();
    return found.isDirectory() && isOwn && (found.mode & 0o77) === 0;
  } catch {
    return false; // nothing was kept yet, or nothing can be
  }
}

function readOrNothing(address: string): Buffer | undefined {
  try {
    return readFileSync(address);
  } catch {
    return undefined; // gone since
  }
}
