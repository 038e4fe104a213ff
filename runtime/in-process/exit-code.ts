// The exit code of a program that ran pipelines: by its runs, and by whether the program itself was wrong.
import type { RunResult } from "../protocol/result.ts";

export const PROGRAM_MISTAKE = 2;
const HOST_FAILED = 1;

/** What the runs of a program come to, without keeping them. */
export class Verdict {
  #code = 0;

  /** A mistake counts more than a failed host. */
  addMistake(): void {
    this.#code = PROGRAM_MISTAKE;
  }

  /** What it would have come to on its hosts is not known, so they count as failed. */
  addBreak(): void {
    this.#code = Math.max(this.#code, HOST_FAILED);
  }

  addRun(run: RunResult): void {
    if (run.state === "broken") this.addMistake();
    else if (hasFailed(run)) this.#code = Math.max(this.#code, HOST_FAILED);
  }

  /** 2 for a mistake in the program, 1 when any host of any run failed, picked away or not, else 0; `notMet` is no failure. */
  get exitCode(): number {
    return this.#code;
  }
}

function hasFailed({ state, hosts }: RunResult): boolean {
  const isWell = state === "succeeded" || state === "notMet";
  return !isWell || hosts.some((host) => host.kind !== "success");
}
