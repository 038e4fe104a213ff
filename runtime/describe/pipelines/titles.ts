// The words by which people recognise a run and its stages.
import { isOutcome } from "./outcome.ts";
import { isOperation, isOperationStage, type AnyStage } from "./kinds.ts";
import type { Operation, Source } from "./types.ts";

/** Such as `ls / → uptime -p on 3 hosts`. */
export function titleOf(source: Source<unknown>, stages: readonly AnyStage[]): string {
  const operations = stages.filter(isOperationStage).map((stage) => stage.name);
  if (isOperation(source)) {
    const { call, target } = source;
    return `${[call.label, ...operations].join(" → ")} on ${countHosts(target.hosts.length)}`;
  }
  const hosts = isOutcome(source) ? ` on ${countHosts(source.hosts.hosts.length)}` : "";
  return `${["outcome", ...operations].join(" → ")}${hosts}`;
}

/** Such as `uptime -p`, or `stage 2 (pick)` when it is no operation. */
export function describeStage(stage: AnyStage, index: number): string {
  if (isOperationStage(stage)) return stage.name;
  const name = stage.name === "" ? "" : ` (${stage.name})`;
  return `stage ${String(index + 1)}${name}`;
}

/** Such as `ls / on 3 hosts`. */
export function describeCall({ call, target }: Operation<unknown>): string {
  return `${call.label} on ${countHosts(target.hosts.length)}`;
}

function countHosts(hosts: number): string {
  return hosts === 1 ? "1 host" : `${String(hosts)} hosts`;
}
