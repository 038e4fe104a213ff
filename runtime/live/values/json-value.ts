// A value as JSON text, when it can be one.
import { isOperation, isRun } from "../../describe/pipelines/kinds.ts";
import { isOutcome } from "../../describe/pipelines/outcome.ts";

/** Nothing for what JSON cannot hold. */
export function toJson(value: unknown): string | undefined {
  if (isOperation(value) || isRun(value)) return undefined;
  const plain = isOutcome(value)
    ? { hosts: value.hosts.hosts, success: value.success, failure: value.failure }
    : value;
  try {
    return JSON.stringify(plain);
  } catch {
    return undefined; // a cycle, a bigint, or a toJSON that throws: whoever asked goes without it
  }
}
