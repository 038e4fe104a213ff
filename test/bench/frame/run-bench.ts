// Runs one bench to its end and prints its figures; true when every one of them is met.
import { availableParallelism } from "node:os";
import { type Bench, type BenchContext, type Figure, isMet } from "./bench.ts";
import { findAbsentPeers } from "./peers.ts";
import { describeAsJson, describeFigures } from "./report.ts";

export interface RunBenchOptions {
  readonly short: boolean;
  readonly repetitions?: number;
  readonly print: (text: string) => void;
  /** Ends what the bench has started, when it is over or given up. */
  readonly ending: AsyncDisposableStack;
}

export async function runBench(bench: Bench, options: RunBenchOptions): Promise<boolean> {
  const { short, repetitions, print, ending } = options;
  const absent = await findAbsentPeers(bench.peers);
  const context: BenchContext = {
    short,
    ...(repetitions !== undefined && { repetitions }),
    absent,
    say: (line) => print(`${line}\n`),
    after: (finish) => ending.defer(finish),
  };
  print(`${bench.name}: ${bench.about} (${availableParallelism()} processors)\n`);
  let figures: readonly Figure[];
  try {
    figures = await bench.measure(context);
  } finally {
    await ending.disposeAsync();
  }
  print(`\n${describeFigures(figures)}\n`);
  for (const [peer, why] of absent) print(`${peer} is absent: ${why}\n`);
  print(`${describeAsJson(bench.name, figures)}\n`);
  return absent.size === 0 && figures.length > 0 && figures.every(isMet);
}
