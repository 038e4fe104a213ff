// A file that is written in order, in the background; whoever writes more than the disk takes is told to wait.
import { type FileHandle, mkdir, open } from "node:fs/promises";
import path from "node:path";

/** Bytes that may wait for the disk before whoever writes them has to wait, too: of one file, and of all. */
const WAITING_BYTES = 256 * 1024;
const ALL_WAITING_BYTES = 32 * 1024 * 1024;

/** Counts the bytes of several files that wait for the disk. */
export class DiskQueue {
  #bytes = 0;
  #most = 0;

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#most = Math.max(this.#most, this.#bytes);
  }

  get isFull(): boolean {
    return this.#bytes > ALL_WAITING_BYTES;
  }

  /** The most that ever waited at once. */
  get most(): number {
    return this.#most;
  }
}

export class AppendFile {
  readonly path: string;
  readonly #disk: DiskQueue;
  readonly #onFailure: (error: unknown) => void;
  #queue: Buffer[] = [];
  #waiting = 0;
  #written = 0;
  #handle: FileHandle | undefined;
  #work: Promise<void> | undefined;
  #room: PromiseWithResolvers<void> | undefined;
  #hasFailed = false;

  /** The file and its folders are made by the first bytes; `onFailure` is called at most once. */
  constructor(path: string, disk: DiskQueue, onFailure: (error: unknown) => void) {
    this.path = path;
    this.#disk = disk;
    this.#onFailure = onFailure;
  }

  /** Bytes that are on disk. */
  get written(): number {
    return this.#written;
  }

  /** It could not be written to its end, and what came later was dropped. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Takes the bytes at once; the promise, if any, resolves when there is room for more. */
  write(bytes: Buffer): Promise<void> | undefined {
    if (this.#hasFailed || bytes.length === 0) return undefined;
    this.#queue.push(bytes);
    this.#count(bytes.length);
    this.#work ??= this.#writeAll();
    if (this.#waiting <= WAITING_BYTES && !this.#disk.isFull) return undefined;
    return (this.#room ??= Promise.withResolvers()).promise;
  }

  /** Resolves when everything is on disk, or is known not to get there; never rejects. */
  async flush(): Promise<void> {
    while (this.#work !== undefined) await this.#work;
  }

  /** Gives the file back to the system; writing more opens it again. */
  async close(): Promise<void> {
    await this.flush();
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch((error: unknown) => this.#fail(error));
  }

  async #writeAll(): Promise<void> {
    try {
      this.#handle ??= await openFor(this.path);
      while (this.#queue.length > 0) {
        const bytes = Buffer.concat(this.#queue);
        this.#queue = [];
        await this.#handle.appendFile(bytes);
        this.#written += bytes.length;
        this.#count(-bytes.length);
        this.#makeRoom();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#work = undefined;
    }
  }

  #fail(error: unknown): void {
    this.#queue = [];
    this.#count(-this.#waiting);
    this.#makeRoom();
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    queueMicrotask(() => this.#onFailure(error)); // a mistake of it is not one of whoever waits for the disk
  }

  #count(bytes: number): void {
    this.#waiting += bytes;
    this.#disk.add(bytes);
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}

async function openFor(file: string): Promise<FileHandle> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  return open(file, "a", 0o600);
}
