// Two streams that are not a socket, joined so that SSH can run over them and notice their end as it would a socket's.
import { Duplex, type Readable, type Writable } from "node:stream";

export class JoinedStream extends Duplex {
  bytesRead = 0;
  readonly #source: Readable;
  readonly #sink: Writable;
  readonly #release: () => void;

  /** `release` is called once, when nobody needs the two any more. */
  constructor(source: Readable, sink: Writable, release: () => void) {
    super({ allowHalfOpen: false });
    this.#source = source;
    this.#sink = sink;
    this.#release = release;
    source.pause();
    source.on("data", (chunk: Buffer) => {
      this.bytesRead += chunk.length;
      if (!this.push(chunk)) source.pause();
    });
    sink.on("error", () => {}); // Whoever made the two learns of it, and says why, by their end.
    this.on("error", () => {}); // It may break before anybody looks, who then finds it closed.
  }

  override _read(): void {
    this.#source.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#sink.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#sink.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#source.resume();
    this.#release();
    done(error);
  }
}
