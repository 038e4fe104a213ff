// All output in memory: 64 MB over all runs. What is over and on disk makes room for what comes, the oldest first.
import { HostOutput, type OutputBudget } from "./host-output.ts";
import type { Spool } from "./spool.ts";

/** Bytes of output kept in memory over all hosts and runs. */
const TOTAL_LIMIT_BYTES = 64 * 1024 * 1024;

export class OutputStore implements OutputBudget {
  readonly #spool: Spool;
  readonly #limitBytes: number;
  readonly #outputs = new Map<string, HostOutput[]>();
  /** Those that memory can do without, the oldest first. */
  readonly #dispensable = new Set<HostOutput>();
  #used = 0;

  constructor(spool: Spool, limitBytes = TOTAL_LIMIT_BYTES) {
    this.#spool = spool;
    this.#limitBytes = limitBytes;
  }

  create(runId: string, step: number, host: string): HostOutput {
    const spool = this.#spool.of(runId);
    const output = new HostOutput({ step, host, budget: this, spool });
    const outputs = this.#outputs.get(runId);
    if (outputs) outputs.push(output);
    else this.#outputs.set(runId, [output]);
    return output;
  }

  /** Once the disk has it, memory can do without. */
  ended(output: HostOutput): void {
    void output.store().then(() => {
      if (!output.released) this.#dispensable.add(output);
    });
  }

  /** The run is over: nothing more of it is written. */
  finish(runId: string): void {
    this.#spool.finish(runId);
  }

  take(bytes: number): boolean {
    while (this.#used + bytes > this.#limitBytes) {
      const [oldest] = this.#dispensable;
      if (oldest === undefined) return false;
      this.#release(oldest);
    }
    this.#used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
  }

  /** Nobody can ask for the output of this run through memory any more. */
  forget(runId: string): void {
    for (const output of this.#outputs.get(runId) ?? []) this.#release(output);
    this.#outputs.delete(runId);
  }

  #release(output: HostOutput): void {
    this.#dispensable.delete(output);
    output.release();
  }
}
