// The files of one host in one step, when there is more of its output than memory holds: each byte as it came, up to a limit.
import path from "node:path";
import { AppendFile, type DiskQueue } from "./append-file.ts";
import type { FileRange } from "./file-range.ts";
import { cutMark } from "./text-of.ts";

export class HostFiles {
  readonly folder: string;
  readonly #files: Readonly<Record<"out" | "err", AppendFile>>;
  readonly #offered = { out: 0, err: 0 };
  readonly #take: (bytes: number) => number;
  #room: number;

  constructor(
    folder: string,
    limitBytes: number,
    take: (bytes: number) => number,
    disk: DiskQueue,
    onFailure: (error: unknown) => void,
  ) {
    this.folder = folder;
    this.#room = limitBytes;
    this.#take = take;
    this.#files = {
      out: new AppendFile(path.join(folder, "out"), disk, onFailure),
      err: new AppendFile(path.join(folder, "err"), disk, onFailure),
    };
  }

  /** The promise, if any, resolves when there is room for more; beyond the limit nothing is kept, and nobody waits. */
  write(stream: "out" | "err", chunk: Buffer): Promise<void> | undefined {
    const kept = chunk.subarray(0, this.#take(Math.min(chunk.length, this.#room)));
    this.#room = kept.length < chunk.length ? 0 : this.#room - kept.length; // once cut, everything later is behind the cut
    this.#offered[stream] += kept.length;
    return this.#files[stream].write(kept);
  }

  /** Writes what is missing of a stream: a mark, and its last bytes. Resolves with how many bytes are in no file. */
  async end(
    stream: "out" | "err",
    bytes: number,
    last: (bytes: number) => Buffer,
  ): Promise<number> {
    const file = this.#files[stream];
    const missing = bytes - this.#offered[stream];
    const tail = last(missing);
    if (missing > tail.length) void file.write(Buffer.from(cutMark(missing - tail.length)));
    void file.write(tail);
    await file.close();
    return file.hasFailed ? bytes - file.written : missing - tail.length;
  }

  /** The disk has not taken all of it. */
  get hasFailed(): boolean {
    return this.#files.out.hasFailed || this.#files.err.hasFailed;
  }

  /** What is on disk of a stream so far. */
  range(stream: "out" | "err"): FileRange {
    const file = this.#files[stream];
    return { file: file.path, start: 0, bytes: file.written };
  }
}
