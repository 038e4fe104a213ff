// Ctrl+Enter: evaluates the selection, else what the cursor means.
import { evaluateInEditor } from "../evaluation/evaluate-in-editor.ts";
import type { Services } from "../services.ts";

export function evaluate(services: Services): void {
  evaluateInEditor(services, "expression");
}
