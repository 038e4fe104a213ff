// What stays of an evaluation in the heap once the collector has been there.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import type { Series } from "../frame/interleave.ts";

const programSchema = z.strictObject({ bytes: z.number(), evaluated: z.number() });
const PROGRAM = path.join(import.meta.dirname, "heap-program.ts");

/** `sum`: `1 + 1`; `function`: ten lines; `edited`: ten lines of 5,000 that were edited there. One sample, the mean over `count` evaluations, in KB. */
export async function measureHeap(
  kind: "sum" | "function" | "edited",
  folder: string,
  count: number,
): Promise<Series> {
  const words = ["--expose-gc", PROGRAM, kind, folder, String(count)];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const { bytes, evaluated } = programSchema.parse(JSON.parse(stdout));
  if (evaluated < count) return { name: kind, samples: [], wrong: `only ${evaluated} evaluations` };
  return { name: kind, samples: [bytes / 1024] };
}
