// The values of the latest evaluations, for whoever wants one in another shape without evaluating again.
import type { JsonValue } from "../../protocol/evaluation.ts";
import { jsonText } from "../display/json-text.ts";
import type { Box } from "./box.ts";

/** A value that is kept is not collected, however large it is. */
const MOST_VALUES = 10;

export class RecentValues {
  readonly #values = new Map<string, Box>();

  keep(evaluationId: string, box: Box): void {
    this.#values.set(evaluationId, box);
    const [oldest] = this.#values.keys();
    if (this.#values.size > MOST_VALUES && oldest !== undefined) this.#values.delete(oldest);
  }

  read(evaluationId: string): JsonValue {
    const box = this.#values.get(evaluationId);
    if (box !== undefined) return { kind: "json", ...jsonText(box.value) };
    const message = `only the last ${String(MOST_VALUES)} values are kept, until the live process ends: evaluate it again`;
    return { kind: "gone", message };
  }
}
