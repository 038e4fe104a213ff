// Evaluates one form many times in a process of its own, and prints how many bytes of heap each evaluation left behind.
import path from "node:path";
import { createEvaluator } from "../../../runtime/live/evaluator.ts";
import { LongFile } from "./long-file.ts";

const [kind = "", folder = "", count = ""] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await measure(Number(count))));

async function measure(evaluations: number) {
  const evaluator = createEvaluator({
    projectFolder: folder,
    reopsExports: () => Promise.resolve({}),
    evaluationIdOf: () => undefined,
    onConsole: () => {},
  });
  const file = path.join(folder, "heap.ts");
  const long = new LongFile(5000);
  const next = (index: number) => {
    if (kind === "edited") return long.edit(index);
    const text = kind === "sum" ? sumText(index) : functionText(index);
    return { text, start: text.length - text.trimStart().length, end: text.length };
  };
  let evaluated = 0;
  const evaluate = async (times: number) => {
    for (let one = 0; one < times; one += 1) {
      const { text, start, end } = next(evaluated);
      const result = await evaluator.evaluate({ evaluationId: "1", file, text, start, end });
      if (result.kind === "error") throw new Error(result.error.message);
      evaluated += 1;
    }
  };
  await evaluate(500); // what is loaded and compiled once
  const before = heapBytes();
  await evaluate(evaluations);
  return { bytes: (heapBytes() - before) / evaluations, evaluated };
}

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error("start it with --expose-gc");
  for (let turn = 0; turn < 4; turn += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** The same code in one of a hundred places: more than stay compiled. */
function sumText(index: number): string {
  return `${"\n".repeat(index % 100)}1 + 1`;
}

/** Another text each time. */
function functionText(index: number): string {
  return `export function sum(values: readonly number[]): number {
  let total = ${index};
  for (const value of values) {
    if (value < 0) continue;
    total += value;
  }
  const rest = total % 7;
  console.log(rest);
  return total - rest;
}`;
}
