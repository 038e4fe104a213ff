// Alt+Enter: evaluates the whole top-level form at the cursor.
import { evaluateInEditor } from "../evaluation/evaluate-in-editor.ts";
import type { Services } from "../services.ts";

export function evaluateForm(services: Services): void {
  evaluateInEditor(services, "form");
}
