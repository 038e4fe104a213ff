// How much of what happened is kept on disk, and for how long.

export interface Keeping {
  /** Megabytes of output that are kept of one host in one step. */
  readonly hostMegabytes: number;
  /** Megabytes of output of all runs: the oldest go first. Those under way get no more than that together. */
  readonly outputMegabytes: number;
  readonly outputDays: number;
  /** Runs in the journal: the oldest go first. */
  readonly runs: number;
  readonly runDays: number;
}

export const USUAL_KEEPING: Keeping = {
  hostMegabytes: 100,
  outputMegabytes: 1024,
  outputDays: 7,
  runs: 10_000,
  runDays: 90,
};
