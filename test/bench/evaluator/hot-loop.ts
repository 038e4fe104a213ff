// What a call costs whose name is read from the file's bindings, in a loop that does nothing else, beside the call of a plain function.
import { type Contender, type Rounds, type Series, interleave } from "../frame/interleave.ts";
import type { Live } from "./live.ts";

const FILE = "hot.ts";

/** The same text as a form and as plain JavaScript; it says how long it took, and its sum. */
const CALLED = "function add(left, right) { return (left + right) % 1000003; }";
const LOOP = `function loop() {
  const began = performance.now();
  let total = 0;
  for (let index = 0; index < 2_000_000; index += 1) total = add(total, index);
  return (performance.now() - began) + " " + total;
}`;

export async function measureLoop(live: Live, rounds: Rounds) {
  const plain = JSON.stringify(`(() => { "use strict"; ${CALLED}\n${LOOP}\nreturn loop; })()`);
  const text = `// @ts-nocheck
export ${CALLED}
export ${LOOP}
const plain = (0, eval)(${plain});
`;
  await live.load(FILE, text);
  const series = await interleave(
    [contender(live, text, "rewritten", "loop()"), contender(live, text, "plain", "plain()")],
    rounds,
  );
  return (name: "rewritten" | "plain"): Series => series.get(name) ?? { name, samples: [] };
}

function contender(live: Live, text: string, name: string, call: string): Contender {
  const whole = `${text}${call}`;
  return {
    name,
    measure: async () => {
      const shown = await live.show({
        file: FILE,
        text: whole,
        start: text.length,
        end: whole.length,
      });
      const [, milliseconds, total] = /^"([\d.]+) (\d+)"$/.exec(shown) ?? [];
      const value = Number(milliseconds);
      return total === expectedTotal() ? { value } : { value, wrong: `the sum was ${shown}` };
    },
  };
}

function expectedTotal(): string {
  let total = 0;
  for (let index = 0; index < 2_000_000; index += 1) total = (total + index) % 1_000_003;
  return String(total);
}
