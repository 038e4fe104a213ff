// What is kept of the output of one host in one step: the beginning, and the last bytes, with the gap between counted.

/** Bytes kept per host and step, both streams together. */
export const HOST_LIMIT_BYTES = 1024 * 1024;
/** Bytes of each stream's end that are kept beyond a cut. */
const TAIL_BYTES = 16 * 1024;

export type OutputStream = "out" | "err";

/** Grants memory for output over all hosts; refuses when the whole is used up. */
export interface OutputBudget {
  take(bytes: number): boolean;
  giveBack(bytes: number): void;
}

export class OutputBuffer {
  readonly #streams = { out: new KeptStream(), err: new KeptStream() };
  readonly #budget: OutputBudget;
  #kept = 0;
  #released = false;

  constructor(budget: OutputBudget) {
    this.#budget = budget;
  }

  push(stream: OutputStream, chunk: Buffer): void {
    if (this.#released) return;
    const room = Math.max(0, HOST_LIMIT_BYTES - this.#kept);
    const head = chunk.subarray(0, room);
    const granted = head.length > 0 && this.#budget.take(head.length);
    if (granted) {
      this.#kept += head.length;
      this.#streams[stream].keep(head);
    }
    const rest = granted ? chunk.subarray(head.length) : chunk;
    if (rest.length > 0) {
      this.#kept = Math.max(this.#kept, HOST_LIMIT_BYTES); // once cut, everything later is behind the cut
      this.#streams[stream].skip(rest);
    }
  }

  /** The text of a stream; a cut is marked where it is. */
  text(stream: OutputStream): string {
    return this.#streams[stream].text();
  }

  /** Bytes that were not kept. */
  get cut(): number {
    return this.#streams.out.cut + this.#streams.err.cut;
  }

  get released(): boolean {
    return this.#released;
  }

  /** Forgets the text and gives the memory back. */
  release(): void {
    this.#budget.giveBack(this.#streams.out.bytes + this.#streams.err.bytes);
    this.#streams.out = new KeptStream();
    this.#streams.err = new KeptStream();
    this.#released = true;
  }
}

class KeptStream {
  #head: Buffer[] = [];
  #tail: Buffer = Buffer.alloc(0);
  #skipped = 0;
  bytes = 0;

  keep(chunk: Buffer): void {
    this.#head.push(chunk);
    this.bytes += chunk.length;
  }

  skip(chunk: Buffer): void {
    this.#skipped += chunk.length;
    const last = chunk.subarray(-TAIL_BYTES);
    const before = Math.max(0, this.#tail.length + last.length - TAIL_BYTES);
    this.#tail = Buffer.concat([this.#tail.subarray(before), last]);
  }

  get cut(): number {
    return this.#skipped - this.#tail.length;
  }

  text(): string {
    const head = Buffer.concat(this.#head);
    if (this.#skipped === 0) return head.toString("utf8");
    if (this.cut === 0) return Buffer.concat([head, this.#tail]).toString("utf8");
    const mark = `\n[… ${String(this.cut)} bytes cut …]\n`;
    return head.toString("utf8") + mark + this.#tail.toString("utf8");
  }
}
