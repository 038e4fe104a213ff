// The bench `interrupts`: hundreds of interrupts at random moments, after each of which nothing may be left over.
import { interruptAtRandom } from "../../integration/server/random-interrupts.ts";
import type { Bench, BenchContext, Figure } from "../frame/bench.ts";
import { missingFigure, plainFigure, singleFigure } from "../frame/figures.ts";

export const interrupts: Bench = {
  name: "interrupts",
  about:
    "random interrupts of loops, waits, steps, execSync, exits and exhausted memory over a real sshd",
  peers: {},
  measure,
};

const SHORT_HEAP_MB = 256;

async function measure(context: BenchContext): Promise<readonly Figure[]> {
  const { short, repetitions = short ? 15 : 500 } = context;
  const seed = Number(process.env["RE_OPS_SEED"] ?? Date.now() % 1_000_000);
  context.say(`seed ${String(seed)}; the same again: RE_OPS_SEED=${String(seed)}`);
  const survived = {
    name: "survived",
    unit: "interrupts",
    goal: { relation: ">=", than: repetitions },
    against: `seed ${String(seed)}: server and connection stay, all settles, nothing is left over`,
  } as const;
  try {
    const { rungs, kinds, tookMs } = await interruptAtRandom(context, {
      count: repetitions,
      seed,
      ...(short && { heapMb: SHORT_HEAP_MB }),
      say: (line) => {
        context.say(line);
      },
    });
    context.say(`kinds: ${JSON.stringify(kinds)}`);
    const counted = ([1, 2, 3] as const).map((rung) =>
      singleFigure(
        { name: `rung ${String(rung)}`, unit: "interrupts", against: "how far they had to go" },
        rungs[rung],
      ),
    );
    const took = { name: "took", unit: "ms", against: "from the interrupt to its report, median" };
    return [
      singleFigure(survived, tookMs.length),
      ...counted,
      plainFigure(took, { name: "took", samples: tookMs }),
    ];
  } catch (error) {
    return [missingFigure(survived, String(error))];
  }
}
