// One question on the screen at a time, whichever server asks; one that is withdrawn before its turn never shows.

export class TurnsOfQuestions {
  #last: Promise<unknown> = Promise.resolve();

  /** `declined` is the answer to a question that was withdrawn. */
  take<T>(ask: (signal: AbortSignal) => Promise<T>, declined: T, signal: AbortSignal): Promise<T> {
    const answer = this.#last.then(() => (signal.aborted ? declined : ask(signal)));
    this.#last = answer.catch(() => undefined); // told to whoever asked
    return answer;
  }
}
