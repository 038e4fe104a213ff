// What a program needs to know of the value of an evaluation, beside how it is shown.
import { isOutcome } from "../../describe/pipelines/outcome.ts";
import type { ReportedValue } from "../../protocol/evaluation.ts";
import { toJson } from "../display/json-text.ts";
import type { Box } from "./box.ts";

export function reportValue(
  { value }: Box,
  { json: wanted }: { readonly json: boolean },
): ReportedValue {
  const kind = kindOf(value);
  if (!wanted) return { kind };
  const { json, losses } = toJson(value);
  return { kind, losses, ...(json !== undefined && { json: JSON.stringify(json) }) };
}

export function kindOf(value: unknown): ReportedValue["kind"] {
  if (value === undefined) return "undefined";
  return isOutcome(value) ? "outcome" : "other";
}
