// What a step that copies does besides running scripts: looks at what there is to copy, and turns each script's end into a copy's.
import type { HostFailure } from "../../describe/pipelines/outcome.ts";
import type { StepDescription, StepResult } from "../../port.ts";
import type { Clock } from "../waiting/clock.ts";
import { type HostCopy, type OpenCopy, openCopies } from "../files/host-copy.ts";
import type { LocalPlaces } from "../files/local-path.ts";
import { LocalObstacle } from "../files/obstacle.ts";
import { waysToRoot } from "./needs-root.ts";

const LONGEST_MESSAGE = 600;

export interface CopyTools {
  readonly clock: Clock;
  readonly localPlaces: LocalPlaces;
}

/** Undefined for a step that is no copy; the obstacle when there is nothing to copy on this machine. */
export async function findCopies(
  { transfer }: StepDescription,
  { clock, localPlaces }: CopyTools,
): Promise<OpenCopy | LocalObstacle | undefined> {
  if (transfer === undefined) return undefined;
  try {
    return await openCopies(transfer, { ...localPlaces, now: () => clock.now() });
  } catch (error) {
    if (error instanceof LocalObstacle) return error;
    throw error;
  }
}

/** `result` is what its script came to. */
export async function endCopy(
  copy: HostCopy,
  step: StepDescription,
  result: StepResult,
): Promise<StepResult> {
  if (result.kind !== "success") return endFailed(copy, step, result);
  const { host, value, ms } = result;
  try {
    return { host, kind: "success", value: await copy.finish("out" in value ? value.out : ""), ms };
  } catch (error) {
    if (!(error instanceof LocalObstacle)) throw error;
    return failBecause({ host, step: step.label, ms }, (await copy.abandon()) ?? error);
  }
}

async function endFailed(
  copy: HostCopy,
  step: StepDescription,
  failure: HostFailure,
): Promise<HostFailure> {
  const obstacle = await copy.abandon();
  if (obstacle !== undefined) return failBecause(failure, obstacle);
  if (failure.kind !== "exited") return failure;
  // All that was said: the reason comes before what it means.
  const said = (failure.err ?? "").trim().replaceAll(/\s*\n\s*/gu, "; ");
  if (said === "") return failure;
  return { ...failure, message: said.slice(0, LONGEST_MESSAGE), next: nextFor(said, step) };
}

/** It was this machine that did not let the copy be made. */
export function failBecause(
  { host, step, ms, err }: Pick<HostFailure, "host" | "step" | "ms" | "err">,
  { message, next }: LocalObstacle,
): HostFailure {
  return {
    host,
    kind: "refused",
    step,
    message,
    next,
    ...(ms !== undefined && { ms }),
    ...(err !== undefined && { err }),
  };
}

function nextFor(said: string, step: StepDescription): string {
  const known = NEXT.find(([words]) => words.test(said));
  if (known !== undefined) return known[1];
  if (DENIED.test(said)) {
    const ways = waysToRoot(step);
    return ways === undefined
      ? "use a user who may, or give another path"
      : `if it needs root: ${ways}; else give another path`;
  }
  return "look at the path on the host";
}

const DENIED = /Permission denied|not permitted/iu;

const NEXT: readonly (readonly [RegExp, string])[] = [
  [/No space left|quota exceeded|Wrote only/iu, "make room on that disk of the host"],
  [/File name too long/iu, "give a shorter name"],
  [/Read-only file system/iu, "give another path: nothing can be written there"],
  [/there is no folder/u, "make it with mkdir(path, '-p') first"],
  [/tar: (?:command )?not found/u, "install tar there, or copy file by file"],
];
