// Loads one file with all that it imports, in a process of its own, by Node or by the evaluator, and prints how long that took and its `sum`.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { createEvaluator } from "../../../runtime/live/evaluator.ts";

const [how = "", entry = "", compiledFolder = ""] = process.argv.slice(2);
process.stdout.write(JSON.stringify(how === "node" ? await byNode(entry) : await byUs(entry)));

async function byNode(file: string) {
  const began = performance.now();
  const { sum } = (await import(pathToFileURL(file).href)) as { sum: unknown };
  return { ms: performance.now() - began, sum };
}

async function byUs(file: string) {
  const evaluator = createEvaluator({
    projectFolder: path.dirname(file),
    reopsExports: () => Promise.resolve({}),
    evaluationIdOf: () => undefined,
    onConsole: () => {},
    compiledFolder,
  });
  const evaluate = async (text: string) => {
    const request = { evaluationId: "1", file, text, start: 0, end: text.length };
    const result = await evaluator.evaluate(request);
    if (result.kind === "error") throw new Error(result.error.message);
    return result.box.value;
  };
  await evaluate("1 + 1"); // a live process that stands has evaluated before
  const began = performance.now();
  const loaded = await evaluator.load(file);
  const ms = performance.now() - began;
  if (loaded.kind === "error") throw new Error(loaded.error.message);
  return { ms, sum: await evaluate("sum") };
}
