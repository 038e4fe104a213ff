// Evaluates what the form on a line needs and was never evaluated: from the quick fix of an error.
import { evaluateAtLine } from "../evaluation/evaluate-at-line.ts";
import type { Services } from "../services.ts";

export async function evaluateNeeds(
  services: Services,
  file: unknown,
  line: unknown,
): Promise<void> {
  await evaluateAtLine(services, "needs", file, line);
}
