// Reads a stream of chunks by numbers of bytes, and no further ahead than one chunk.

export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, as many as that, piece by piece. Throws when there are fewer. */
  async *pieces(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0;) {
      if (!(await this.#fill())) throw new Error("it ends too early");
      const piece = this.#take(Math.min(left, this.#rest.length));
      left -= piece.length;
      yield piece;
    }
  }

  /** The same in one piece; for counts that fit into memory. */
  async bytes(count: number): Promise<Buffer> {
    if (this.#rest.length >= count) return this.#take(count);
    return Buffer.concat(await Array.fromAsync(this.pieces(count)));
  }

  /** What comes before the next newline, which is dropped. */
  async line(longestBytes: number): Promise<string> {
    for (let text: Buffer = Buffer.alloc(0); ;) {
      if (!(await this.#fill())) throw new Error("it ends too early");
      const end = this.#rest.indexOf(0x0a);
      text = Buffer.concat([text, this.#take(end < 0 ? this.#rest.length : end + 1)]);
      if (end >= 0) return text.toString("latin1", 0, text.length - 1);
      if (text.length > longestBytes) throw new Error("its first line does not end");
    }
  }

  /** All that is left. */
  async *remains(): AsyncGenerator<Buffer> {
    while (await this.#fill()) yield this.#take(this.#rest.length);
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#rest = next.value;
    }
    return true;
  }

  #take(count: number): Buffer {
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }
}
