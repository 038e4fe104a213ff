// Answers that overtake each other: what was asked for later counts, whichever answer is there first.

export class Overtaking {
  readonly #answered = new Map<string, number>();
  #asked = 0;

  /** Gives what says, when the answer is there, whether it counts: no later one about this `key` came before it. */
  ask(key: string): () => boolean {
    this.#asked += 1;
    const turn = this.#asked;
    return () => {
      const counts = turn >= (this.#answered.get(key) ?? 0);
      if (counts) this.#answered.set(key, turn);
      return counts;
    };
  }

  forget(key: string): void {
    this.#answered.delete(key);
  }
}
