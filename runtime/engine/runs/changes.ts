// Tells listeners what changed in runs and outputs: the first change at once, then at most ten times a second.
import type { RunChange } from "../../protocol/runs.ts";
import type { Clock } from "../waiting/clock.ts";
import type { RunRecord } from "./run-record.ts";

const INTERVAL_MS = 100;

export class RunChanges {
  readonly #clock: Clock;
  readonly #listeners = new Set<(changes: readonly RunChange[]) => void>();
  readonly #outputListeners = new Map<string, Set<() => void>>();
  readonly #changed = new Map<RunRecord, Set<string>>();
  readonly #moreOutput = new Set<string>();
  #waiting: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  onChange(listener: (changes: readonly RunChange[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onOutput(runId: string, host: string, listener: () => void): () => void {
    const key = outputKey(runId, host);
    const listeners = this.#outputListeners.get(key) ?? new Set();
    this.#outputListeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#outputListeners.delete(key);
    };
  }

  runChanged(run: RunRecord, hosts: Iterable<string> = []): void {
    const changed = this.#changed.get(run) ?? new Set();
    for (const host of hosts) changed.add(host);
    this.#changed.set(run, changed);
    this.#schedule();
  }

  moreOutput(runId: string, host: string): void {
    const key = outputKey(runId, host);
    if (!this.#outputListeners.has(key)) return;
    this.#moreOutput.add(key);
    this.#schedule();
  }

  /** Tells what is pending and stops. */
  dispose(): void {
    this.#waiting?.();
    this.flush();
    this.#listeners.clear();
    this.#outputListeners.clear();
  }

  #schedule(): void {
    if (this.#waiting !== undefined) return;
    queueMicrotask(() => {
      this.flush();
    });
    this.#waiting = this.#clock.after(INTERVAL_MS, () => {
      this.#waiting = undefined;
      if (this.#changed.size > 0 || this.#moreOutput.size > 0) this.#schedule();
    });
  }

  /** Tells what is pending now, so that what is said next comes after it. */
  flush(): void {
    const changes = [...this.#changed].map(([run, hosts]) => ({
      header: run.header(),
      hosts: [...hosts].flatMap((host) => run.host(host) ?? []),
    }));
    const outputs = [...this.#moreOutput];
    this.#changed.clear();
    this.#moreOutput.clear();
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
    for (const key of outputs)
      for (const listener of this.#outputListeners.get(key) ?? []) listener();
  }
}

function outputKey(runId: string, host: string): string {
  return `${runId} ${host}`;
}
