// What is in memory of one stream of output: its beginning, and its last bytes, with the gap between counted.
import { TAIL_BYTES } from "./limits.ts";
import type { StreamEnds } from "./text-of.ts";

const NOTHING = Buffer.alloc(0);

export class KeptStream {
  #head: Buffer[] = [];
  #tail: Buffer = NOTHING;
  #kept = 0;
  #skipped = 0;

  keep(chunk: Buffer): void {
    this.#head.push(chunk);
    this.#kept += chunk.length;
  }

  /** Counts what is not kept, but for the last of it. Nothing is kept after that. */
  skip(chunk: Buffer): void {
    this.#skipped += chunk.length;
    const last = chunk.subarray(-TAIL_BYTES);
    const before = Math.max(0, this.#tail.length + last.length - TAIL_BYTES);
    this.#tail = Buffer.concat([this.#tail.subarray(before), last]);
  }

  /** Of the stream so far. */
  get bytes(): number {
    return this.#kept + this.#skipped;
  }

  /** Bytes of the beginning, which are what memory was granted for. */
  get kept(): number {
    return this.#kept;
  }

  get chunks(): readonly Buffer[] {
    return this.#head;
  }

  /** The last bytes, at most so many. */
  last(bytes: number): Buffer {
    return bytes === 0 ? NOTHING : this.#tail.subarray(-bytes);
  }

  /** All of it, when nothing was lost between its beginning and its end. */
  whole(): Buffer | undefined {
    if (this.#skipped > this.#tail.length) return undefined;
    return Buffer.concat([...this.#head, this.#tail]);
  }

  /** Its beginning and its end, at most so many bytes of each; all of it when it is no longer than both. */
  ends(headBytes: number, tailBytes: number, ended: boolean): StreamEnds {
    const { bytes } = this;
    const head = this.whole() ?? Buffer.concat(this.#head);
    if (head.length === bytes && bytes <= headBytes + tailBytes) {
      return { head, tail: NOTHING, bytes, ended };
    }
    const last = head.length === bytes ? head : this.#tail;
    const tail = tailBytes === 0 ? NOTHING : last.subarray(-tailBytes);
    return { head: head.subarray(0, headBytes), tail, bytes, ended };
  }

  forget(): void {
    this.#head = [];
    this.#tail = NOTHING;
  }
}
