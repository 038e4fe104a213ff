// `npm run bench -- NAME [--short] [--repetitions=N]`: runs one bench; without a name it lists them.
import type { Bench, BenchContext } from "./frame/bench.ts";
import { runBench } from "./frame/run-bench.ts";
import { benches } from "./benches.ts";

interface Request {
  readonly bench: Bench;
  readonly short: boolean;
  readonly repetitions: Pick<BenchContext, "repetitions">;
}

const ending = new AsyncDisposableStack();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => void ending.disposeAsync().finally(() => process.exit(130)));
}
process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  if (words.length === 0) return list(process.stdout);
  const request = readRequest(words);
  if (request === undefined) return list(process.stderr) || 2;
  const { bench, short, repetitions } = request;
  const print = (text: string) => process.stdout.write(text);
  return (await runBench(bench, { short, ...repetitions, print, ending })) ? 0 : 1;
}

function list(stream: NodeJS.WriteStream): number {
  stream.write("npm run bench -- NAME [--short] [--repetitions=N], where NAME is one of\n");
  for (const { name, about } of benches) stream.write(`  ${name.padEnd(10)} ${about}\n`);
  return 0;
}

function readRequest(words: readonly string[]): Request | undefined {
  const [name, ...options] = words;
  const bench = benches.find((bench) => bench.name === name);
  const counts = options.map((word) => /^--repetitions=(\d+)$/u.exec(word)?.[1]);
  const known = options.every((word, index) => word === "--short" || counts[index] !== undefined);
  if (bench === undefined || !known) return undefined;
  const count = counts.find((count) => count !== undefined);
  const repetitions = count === undefined ? {} : { repetitions: Number(count) };
  return { bench, short: options.includes("--short"), repetitions };
}
