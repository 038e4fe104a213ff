// Loads the whole file, as an import of it would.
import { evaluateInEditor } from "../evaluation/evaluate-in-editor.ts";
import type { Services } from "../services.ts";

export function loadFile(services: Services): void {
  evaluateInEditor(services, "file");
}
