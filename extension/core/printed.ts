// What evaluations have printed, as far as it fits beside code: the first line, the last few, and how many there were.
import { plainText } from "re-ops/client";
import { shorten } from "./short-text.ts";

export interface PrintedLines {
  readonly first: string;
  /** The last lines, the first among them when there are few. */
  readonly tail: readonly string[];
  /** All lines, those that are not kept too. */
  readonly count: number;
}

const KEPT_LINES = 12;
const LONGEST_LINE = 300;
const KEPT_EVALUATIONS = 200;

export class Printed {
  readonly #printed = new Map<string, Lines>();
  readonly #listeners = new Set<(evaluationId: string) => void>();

  onChange(listener: (evaluationId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  add(evaluationId: string, text: string): void {
    const lines = this.#printed.get(evaluationId) ?? new Lines();
    this.#printed.set(evaluationId, lines);
    lines.add(text);
    const [oldest] = this.#printed.keys();
    if (this.#printed.size > KEPT_EVALUATIONS && oldest !== undefined) this.#printed.delete(oldest);
    for (const listener of this.#listeners) listener(evaluationId);
  }

  of(evaluationId: string): PrintedLines | undefined {
    return this.#printed.get(evaluationId)?.lines();
  }
}

class Lines {
  #first: string | undefined;
  #tail: string[] = [];
  #count = 0;
  /** What stands behind the last line end. */
  #open = "";

  add(text: string): void {
    const parts = (this.#open + text).split("\n");
    this.#open = (parts.pop() ?? "").slice(-LONGEST_LINE);
    for (const part of parts) this.#end(part);
  }

  lines(): PrintedLines | undefined {
    const open = this.#open === "" ? [] : [readable(this.#open)];
    const tail = [...this.#tail, ...open].slice(-KEPT_LINES);
    const first = this.#first ?? open[0];
    if (first === undefined) return undefined;
    return { first, tail, count: this.#count + open.length };
  }

  #end(line: string): void {
    const shown = readable(line);
    this.#count += 1;
    if (this.#first === undefined && shown.trim() !== "") this.#first = shown;
    this.#tail.push(shown);
    if (this.#tail.length > KEPT_LINES) this.#tail.shift();
  }
}

function readable(line: string): string {
  return shorten(plainText(line), LONGEST_LINE);
}
