// The words by which people recognise a run and its stages.
import { OPERATION, STAGE, hasBrand } from "../brand.ts";
import type { Outcome } from "./outcome.ts";
import { isOutcome } from "./outcome.ts";
import type { Operation, Source } from "./types.ts";

type AnyStage = (outcome: Outcome<unknown>) => unknown;

/** Such as `ls / → uptime -p on 3 hosts`. */
export function titleOf(source: Source<unknown>, stages: readonly AnyStage[]): string {
  const operations = stages
    .filter((stage) => hasBrand(stage, STAGE) && stage[STAGE] === "operation")
    .map((stage) => stage.name);
  if (hasBrand(source, OPERATION)) {
    const { call, target } = source as Operation<unknown>;
    return `${[call.label, ...operations].join(" → ")} on ${count(target.hosts.length)}`;
  }
  const hosts = isOutcome(source) ? ` on ${count(source.hosts.hosts.length)}` : "";
  return `${["outcome", ...operations].join(" → ")}${hosts}`;
}

/** Such as `stage 2 (pick)`. */
export function describeStage(stage: AnyStage, index: number): string {
  const name = stage.name === "" ? "" : ` (${stage.name})`;
  return `stage ${String(index + 1)}${name}`;
}

function count(hosts: number): string {
  return hosts === 1 ? "1 host" : `${String(hosts)} hosts`;
}
