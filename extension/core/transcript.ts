// The console output of user code with a mark for each evaluation, so that one can be told from another.
import { plainText } from "re-ops/client";

export class Transcript {
  readonly #write: (text: string) => void;
  readonly #places = new Map<string, string>();
  #last: string | undefined;
  #atLineStart = true;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Where an evaluation stands, such as `examples/first.ts:12`. */
  place(evaluationId: string, place: string): void {
    this.#places.set(evaluationId, place);
  }

  /** `evaluationId` is absent for output of timers and the like. */
  output(evaluationId: string | undefined, text: string): void {
    this.#mark(evaluationId);
    this.#append(plainText(text));
  }

  /** How an evaluation ended, in the words of its inline result. */
  end(evaluationId: string, words: string): void {
    if (!this.#places.has(evaluationId)) return;
    this.#mark(evaluationId);
    this.#append(`${words}\n`);
    this.#places.delete(evaluationId);
  }

  #mark(evaluationId: string | undefined): void {
    const name = evaluationId ?? "in the background";
    if (this.#last === name) return;
    this.#last = name;
    const place = evaluationId === undefined ? name : this.#places.get(evaluationId);
    this.#append(`── ${place ?? "an earlier evaluation"} ──\n`, true);
  }

  #append(text: string, onOwnLine = false): void {
    if (text === "") return;
    this.#write(onOwnLine && !this.#atLineStart ? `\n${text}` : text);
    this.#atLineStart = text.endsWith("\n");
  }
}
