// Ctrl+Alt+Enter: evaluates the next larger expression round the cursor, at each press a larger one.
import { askedIn } from "../evaluation/evaluate-in-editor.ts";
import type { Services } from "../services.ts";

export function evaluateEnclosing(services: Services): void {
  const asked = askedIn(services);
  if (asked === undefined) return;
  const { connection, document, selection } = asked;
  const last = services.results.of(document.uri.fsPath).at(-1);
  const isSame =
    last?.mode === "enclosing" &&
    last.range.start <= selection.start &&
    selection.end <= last.range.end;
  const inner = isSame ? last.range : selection;
  void services.evaluator.evaluate(connection, document, "enclosing", inner);
}
