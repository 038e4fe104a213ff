// Thirty interrupts at random moments: the server lives, the connection is kept, every evaluation settles and nothing is left over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { interruptAtRandom } from "./random-interrupts.ts";

const SEED = Number(process.env["RE_OPS_SEED"] ?? 20_261);

test(`30 random interrupts, seed ${String(SEED)}`, async (t) => {
  const { rungs } = await interruptAtRandom(t, {
    count: 30,
    seed: SEED,
    heapMb: 256,
    say: (line) => {
      t.diagnostic(line);
    },
  });
  t.diagnostic(JSON.stringify(rungs));
  assert.equal(rungs[1] + rungs[2] + rungs[3], 30);
  for (const rung of [1, 2, 3] as const) assert.notEqual(rungs[rung], 0, `rung ${String(rung)}`);
});
