// The bench `cancel`: a thousand cancels at random moments over real sshd, after each of which ps must show what the outcome says.
import type { Bench, BenchContext, Figure } from "../frame/bench.ts";
import { missingFigure, plainFigure, singleFigure } from "../frame/figures.ts";
import { type Cancelled, cancelAtRandom } from "./random-cancels.ts";

export const cancel: Bench = {
  name: "cancel",
  about:
    "random cancels of commands that resist, in every phase, over real sshd; ps counts what is left",
  peers: {},
  measure,
};

/** Enough to see what goes wrong. */
const TOLD = 5;

async function measure(context: BenchContext): Promise<readonly Figure[]> {
  const { short, repetitions: count = short ? 30 : 1000 } = context;
  const seed = Number(process.env["RE_OPS_SEED"] ?? Date.now() % 1_000_000);
  context.say(`seed ${seed}; the same again: RE_OPS_SEED=${seed}`);
  const cancels = await cancelAtRandom(context, {
    count,
    seed,
    hosts: short ? 6 : 20,
    say: (line) => context.say(line),
  });
  context.say(`ends: ${JSON.stringify(countEach(cancels.map(({ end }) => end)))}`);
  const wrong = cancels.filter((one) => one.wrong !== undefined);
  const unsure = cancels.filter((one) => one.unsure !== undefined);
  for (const one of [...wrong, ...unsure].slice(0, TOLD)) context.say(describeCancelled(one));
  const clean = {
    name: "clean",
    unit: "cancels",
    goal: { relation: ">=", than: count },
    against: `seed ${seed}: nothing was left, and the outcome says so`,
  } as const;
  const took = { name: "took", unit: "ms", against: "from the cancel to the checked end, median" };
  const orphans = cancels.reduce((sum, { orphans }) => sum + orphans, 0);
  return [
    wrong.length === 0
      ? singleFigure(clean, cancels.length - unsure.length)
      : missingFigure(clean, `${wrong.length} were wrong; first ${wrong[0]?.wrong ?? ""}`),
    singleFigure(
      { name: "orphans", unit: "processes", against: "left on the hosts, counted there with ps" },
      orphans,
    ),
    plainFigure(took, { name: "took", samples: cancels.map(({ tookMs }) => tookMs) }),
  ];
}

function describeCancelled({ number, what, wrong, unsure }: Cancelled): string {
  return `cancel ${number} (${what}): ${wrong ?? unsure ?? ""}`;
}

function countEach(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
