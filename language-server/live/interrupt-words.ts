// What an interrupt says afterwards: what was stopped and how, which values were lost, what may still run.
import path from "node:path";
import type { InterruptReport } from "re-ops/protocol";
import type { BrokenLoop, CancelReport } from "re-ops/server";
import type { Climbed } from "./interrupt-ladder.ts";
import { describeEnd } from "./live-end.ts";

export interface Interrupted {
  readonly asked:
    | { readonly kind: "evaluations"; readonly ids: readonly string[] }
    | { readonly kind: "run"; readonly wasRunning: boolean };
  readonly climbed: Climbed;
  readonly cancelled: readonly CancelReport[];
  readonly projectFolder: string;
}

export function describeInterrupt(interrupted: Interrupted): InterruptReport {
  const { climbed, cancelled } = interrupted;
  const { rung, end } = climbed;
  const stopped = cancelled.reduce((count, one) => count + one.stopped, 0);
  const survivors = cancelled.flatMap((one) => one.survivors);
  const sentences = [
    ...(end === undefined ? [whatEnded(interrupted)] : [describeEnd(end)]),
    ...climbed.broken.map((loop) => whatBroke(loop, interrupted)),
    ...(climbed.broken.length > 0 ? ["No `let` value was lost."] : []),
    ...(climbed.spared ? ["The live process is busy with something else, which goes on."] : []),
    ...(stopped > 0 ? [`Stopped what ran on ${hosts(stopped)}.`] : []),
    ...(survivors.length > 0 ? [`May still run: ${survivors.map(nameSurvivor).join("; ")}.`] : []),
  ];
  return {
    message: sentences.filter((one) => one !== "").join(" "),
    rung,
    liveRestarted: rung === 3,
    stopped,
    lost: end?.lost ?? [],
    survivors,
  };
}

function whatEnded({ asked, climbed }: Interrupted): string {
  if (asked.kind === "run") return asked.wasRunning ? "Cancelled." : "The run was over already.";
  if (asked.ids.length > 0) return "Interrupted.";
  return climbed.broken.length > 0 ? "" : "Nothing was being evaluated.";
}

/** It need not be what was asked for: whatever kept the live process from answering. */
function whatBroke(loop: BrokenLoop, { asked, projectFolder }: Interrupted): string {
  const { place, evaluationId, byTimer } = loop;
  const where = `${path.relative(projectFolder, place.file)}:${String(place.line)}`;
  const timer = byTimer ? " The timer that had started it was stopped, too." : "";
  const isOther = asked.kind === "evaluations" && !asked.ids.includes(evaluationId ?? "");
  const whose =
    evaluationId === undefined ? "left behind by an earlier evaluation" : "of another evaluation";
  return `Broke off the loop at ${where}${isOther ? `, ${whose}` : ""}.${timer}`;
}

function hosts(count: number): string {
  return count === 1 ? "1 host" : `${String(count)} hosts`;
}

function nameSurvivor({ host, pid, message }: CancelReport["survivors"][number]): string {
  return `${host}${pid === undefined ? "" : ` (process ${String(pid)})`}: ${message}`;
}
