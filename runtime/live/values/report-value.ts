// What a program needs to know of the value of an evaluation, beside how it is shown.
import { isOutcome } from "../../describe/pipelines/outcome.ts";
import type { ReportedValue } from "../../protocol/evaluation.ts";
import { toJson } from "./json-value.ts";
import type { Box } from "./box.ts";

export function reportValue(
  { value }: Box,
  { json: wanted }: { readonly json: boolean },
): ReportedValue {
  const json = wanted ? toJson(value) : undefined;
  return { kind: kindOf(value), ...(json !== undefined && { json }) };
}

export function kindOf(value: unknown): ReportedValue["kind"] {
  if (value === undefined) return "undefined";
  return isOutcome(value) ? "outcome" : "other";
}
