// The output of one host in one step: its beginning and end in memory, all of it on disk, and the text of it that travels on.
import { type FileRange, readRange } from "./file-range.ts";
import type { HostFiles } from "./host-files.ts";
import { KeptStream } from "./kept-stream.ts";
import { HOST_LIMIT_BYTES, TAIL_BYTES } from "./limits.ts";
import type { RunSpool } from "./run-spool.ts";
import { textOf } from "./text-of.ts";

/** Bytes of each end that stand for a stream for which there is no room. */
const SHORTENED_BYTES = 1024;

export type OutputStream = "out" | "err";

/** Grants memory for output over all hosts; refuses when the whole is used up. */
export interface OutputBudget {
  take(bytes: number): boolean;
  giveBack(bytes: number): void;
  /** The output is over. */
  ended(output: HostOutput): void;
}

/** What may still travel on of a step, in bytes over all its hosts. */
export interface OutputAllowance {
  bytes: number;
}

/** The output as a value holds it. */
export interface OutputValue {
  readonly out: string;
  readonly err: string;
  /** Bytes that are not in it. */
  readonly cut: number;
  /** Bytes that are not UTF-8, for which U+FFFD stands in it. */
  readonly replaced?: number;
  /** The folder with what is kept of it as it came, when it is not all here: files `out` and `err`. */
  readonly rest?: string;
}

export interface HostOutputOptions {
  readonly step: number;
  readonly host: string;
  readonly budget: OutputBudget;
  readonly spool: RunSpool;
}

/** What can be shown of an output, wherever it is. */
export interface ReadableOutput {
  /** Bytes at hand of a stream. */
  bytes(stream: OutputStream): number;
  /** At most so many, from `offset`. */
  read(stream: OutputStream, offset: number, bytes: number): Promise<Buffer>;
  /** Bytes that are nowhere. */
  readonly lost: number;
  /** Where it has files of its own. */
  readonly folder: string | undefined;
  readonly ended: boolean;
}

export class HostOutput implements ReadableOutput {
  readonly #options: HostOutputOptions;
  readonly #streams = { out: new KeptStream(), err: new KeptStream() };
  #isFull = false;
  /** Its value holds little of it: there was no room for more. */
  #isShort = false;
  #files: HostFiles | undefined;
  #kept: Readonly<Record<OutputStream, FileRange>> | undefined;
  #lost = 0;
  #cut = 0;
  #ended = false;
  #released = false;

  constructor(options: HostOutputOptions) {
    this.#options = options;
  }

  /** The promise, if any, resolves when there is room for more. */
  push(stream: OutputStream, chunk: Buffer): Promise<void> | undefined {
    if (this.#ended || chunk.length === 0) return undefined;
    const room = this.#isFull ? 0 : HOST_LIMIT_BYTES - this.#bytesInMemory;
    const head = chunk.subarray(0, room);
    if (head.length === chunk.length && this.#options.budget.take(chunk.length)) {
      this.#streams[stream].keep(chunk);
      return undefined;
    }
    this.#files ??= this.#openFiles();
    const granted = head.length > 0 && this.#options.budget.take(head.length);
    this.#isFull = true; // once cut, everything later is behind the cut
    if (granted) this.#streams[stream].keep(head);
    this.#streams[stream].skip(granted ? chunk.subarray(head.length) : chunk);
    return this.#files.write(stream, chunk);
  }

  /** Nothing more comes. Takes what the value holds from the allowance; what it does not hold is on disk when this resolves. */
  async end(allowance: OutputAllowance): Promise<OutputValue> {
    this.#ended = true;
    const bytes = this.#bytesInMemory;
    this.#isShort = allowance.bytes < bytes;
    if (!this.#isShort) allowance.bytes -= bytes;
    const inMemory = this.#texts();
    const { cut, replaced = 0 } = inMemory;
    this.#cut = cut;
    if (cut > 0 || replaced > 0) this.#files ??= this.#openFiles();
    if (this.#files !== undefined) await this.#endFiles(this.#files);
    this.#options.budget.ended(this);
    return this.#files === undefined ? inMemory : this.#texts();
  }

  /** What `end` resolved with, as long as memory has it. */
  value(): OutputValue | undefined {
    return this.#released ? undefined : this.#texts();
  }

  /** Resolves when the disk has it, or is known not to take it: from then on memory may be released. */
  async store(): Promise<void> {
    if (this.#files !== undefined || this.#bytes === 0) return;
    const { spool, step, host } = this.#options;
    const whole = { out: this.#whole("out"), err: this.#whole("err") };
    this.#kept = await spool.keep(step, host, whole);
  }

  bytes(stream: OutputStream): number {
    return this.#onDisk(stream)?.bytes ?? this.#whole(stream).length;
  }

  async read(stream: OutputStream, offset: number, bytes: number): Promise<Buffer> {
    const range = this.#onDisk(stream);
    if (range !== undefined) return readRange(range, offset, bytes);
    return this.#whole(stream).subarray(offset, offset + bytes);
  }

  /** Bytes that the value does not hold. */
  get cut(): number {
    return this.#cut;
  }

  get lost(): number {
    return this.#lost;
  }

  get folder(): string | undefined {
    return this.#files?.hasFailed === false ? this.#files.folder : undefined;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get released(): boolean {
    return this.#released;
  }

  /** The text is neither in memory nor on disk. */
  get forgotten(): boolean {
    return this.#released && this.#files === undefined && this.#kept === undefined;
  }

  /** Gives the memory back. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#options.budget.giveBack(this.#bytesInMemory);
    for (const stream of Object.values(this.#streams)) stream.forget();
  }

  get #bytesInMemory(): number {
    return this.#streams.out.kept + this.#streams.err.kept;
  }

  get #bytes(): number {
    return this.#streams.out.bytes + this.#streams.err.bytes;
  }

  /** Where more of it is than in memory. */
  #onDisk(stream: OutputStream): FileRange | undefined {
    const range = this.#files?.range(stream) ?? this.#kept?.[stream];
    return range !== undefined && (this.#released || range.bytes > this.#streams[stream].kept)
      ? range
      : undefined;
  }

  /** As much as memory has without a gap. */
  #whole(stream: OutputStream): Buffer {
    return this.#streams[stream].whole() ?? Buffer.concat(this.#streams[stream].chunks);
  }

  #texts(): OutputValue {
    const [head, tail] = this.#isShort
      ? [SHORTENED_BYTES, SHORTENED_BYTES]
      : [HOST_LIMIT_BYTES, TAIL_BYTES];
    const out = textOf(this.#streams.out.ends(head, tail, true));
    const err = textOf(this.#streams.err.ends(head, tail, true));
    const cut = out.cut + err.cut;
    const replaced = out.replaced + err.replaced;
    const { folder } = this;
    return {
      out: out.text,
      err: err.text,
      cut,
      ...(replaced > 0 && { replaced }),
      ...((cut > 0 || replaced > 0) && folder !== undefined && { rest: folder }),
    };
  }

  /** What came so far goes there first. */
  #openFiles(): HostFiles {
    const { spool, step, host } = this.#options;
    const files = spool.openFiles(step, host);
    for (const stream of ["out", "err"] as const) {
      for (const chunk of this.#streams[stream].chunks) void files.write(stream, chunk);
    }
    return files;
  }

  async #endFiles(files: HostFiles): Promise<void> {
    const { spool, step, host } = this.#options;
    const endOf = (stream: OutputStream) => {
      const kept = this.#streams[stream];
      return files.end(stream, kept.bytes, (bytes) => kept.last(bytes));
    };
    const [out, err] = await Promise.all([endOf("out"), endOf("err")]);
    this.#lost = Math.min(out + err, this.#cut);
    spool.endFiles(step, host, files, this.#lost);
  }
}
