// What became of the one host of a run: its output, or its failure.
import assert from "node:assert/strict";
import type {
  HostFailure,
  Outcome,
  ShellValue,
} from "../../../runtime/describe/pipelines/outcome.ts";

export function outOf({ success, failure }: Outcome<ShellValue>): string {
  assert.deepEqual(failure, []);
  return success[0]?.value.out ?? "";
}

export function failureOf({ failure }: Outcome<unknown>): HostFailure {
  const [first] = failure;
  assert.ok(first);
  return first;
}
