// Evaluates the form on a line of a file: from the quick fix for a name that was not evaluated yet.
import { evaluateAtLine } from "../evaluation/evaluate-at-line.ts";
import type { Services } from "../services.ts";

export async function evaluateLine(
  services: Services,
  file: unknown,
  line: unknown,
): Promise<void> {
  await evaluateAtLine(services, "form", file, line);
}
