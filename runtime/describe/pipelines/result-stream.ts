// The per-host results of a run as an async iterable: whoever iterates, however late, gets all of them once.
import type { HostFailure, HostResult, Outcome } from "./outcome.ts";

type One = HostResult<unknown> | HostFailure;

export class ResultStream {
  readonly #kept: One[] = [];
  #state: "open" | "ended" | { readonly error: unknown } = "open";
  #changed = Promise.withResolvers<undefined>();

  push(results: readonly One[]): void {
    this.#kept.push(...results);
    this.#announce();
  }

  /** Closes the stream; a run whose last operation never ran shows what its outcome holds instead. */
  end(outcome: Outcome<unknown>, withoutOperation: boolean): void {
    if (withoutOperation) this.#kept.push(...outcome.success);
    if (this.#kept.length === 0 || withoutOperation) this.#kept.push(...outcome.failure);
    this.#state = "ended";
    this.#announce();
  }

  fail(error: unknown): void {
    this.#state = { error };
    this.#announce();
  }

  async *iterate(): AsyncGenerator<One> {
    for (let next = 0; ;) {
      const changed = this.#changed.promise;
      while (next < this.#kept.length) yield this.#kept[next++] as One;
      if (this.#state === "ended") return;
      if (this.#state !== "open") throw this.#state.error;
      await changed;
    }
  }

  #announce(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers<undefined>();
  }
}
