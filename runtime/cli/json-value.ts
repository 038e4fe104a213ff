// The value of a program as JSON, when it can be one.
import { isOperation, isRun } from "../describe/pipelines/kinds.ts";
import { isOutcome } from "../describe/pipelines/outcome.ts";

/** The value as JSON has it; nothing for what JSON cannot hold. */
export function toJsonValue(value: unknown): unknown {
  if (isOperation(value) || isRun(value)) return undefined;
  const plain = isOutcome(value)
    ? { hosts: value.hosts.hosts, success: value.success, failure: value.failure }
    : value;
  try {
    const text = JSON.stringify(plain) as string | undefined;
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined; // a cycle, a bigint, or a toJSON that throws: the document goes without it
  }
}
