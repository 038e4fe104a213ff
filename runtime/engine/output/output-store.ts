// All output in memory: 64 MB over all runs, the oldest finished runs forgotten first.
import { OutputBuffer, type OutputBudget } from "./output-buffer.ts";

/** Bytes of output kept in memory over all hosts and runs. */
const TOTAL_LIMIT_BYTES = 64 * 1024 * 1024;

export class OutputStore implements OutputBudget {
  readonly #limitBytes: number;
  readonly #buffers = new Map<string, OutputBuffer[]>();
  /** The oldest first. */
  readonly #finished = new Set<string>();
  #used = 0;

  constructor(limitBytes = TOTAL_LIMIT_BYTES) {
    this.#limitBytes = limitBytes;
  }

  create(runId: string): OutputBuffer {
    const buffer = new OutputBuffer(this);
    const buffers = this.#buffers.get(runId);
    if (buffers) buffers.push(buffer);
    else this.#buffers.set(runId, [buffer]);
    return buffer;
  }

  /** The run is over: its output may be forgotten when room is needed. */
  finish(runId: string): void {
    if (this.#buffers.has(runId)) this.#finished.add(runId);
  }

  take(bytes: number): boolean {
    while (this.#used + bytes > this.#limitBytes) {
      const [oldest] = this.#finished;
      if (oldest === undefined) return false;
      this.forget(oldest);
    }
    this.#used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
  }

  /** Nobody can ask for the output of this run any more, or room is needed. */
  forget(runId: string): void {
    for (const buffer of this.#buffers.get(runId) ?? []) buffer.release();
    this.#buffers.delete(runId);
    this.#finished.delete(runId);
  }
}
