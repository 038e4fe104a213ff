// Loading a whole project, by the evaluator with a new cache folder and a kept one, and by Node with its own type stripping, each time in a new process.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { type Contender, type Rounds, type Series, interleave } from "../frame/interleave.ts";
import type { Project } from "./project.ts";

const programSchema = z.strictObject({ ms: z.number(), sum: z.number() });
const PROGRAM = path.join(import.meta.dirname, "load-program.ts");

export type LoadContender = "ours" | "ours, again" | "node";

/** `cacheFolder`: below it the processes keep what they like. */
export async function measureLoads(project: Project, cacheFolder: string, rounds: Rounds) {
  const contenders = (["ours", "ours, again", "node"] as const).map((name) =>
    contender(name, project, cacheFolder),
  );
  const series = await interleave(contenders, rounds);
  return (name: LoadContender): Series => series.get(name) ?? { name, samples: [] };
}

function contender(name: LoadContender, { entry, sum }: Project, cacheFolder: string): Contender {
  const how = name === "node" ? "node" : "ours";
  return {
    name,
    measure: async () => {
      const kept = name === "ours, again" ? "kept" : crypto.randomUUID();
      const words = [PROGRAM, how, entry, path.join(cacheFolder, kept)];
      const { stdout } = await promisify(execFile)(process.execPath, words);
      const loaded = programSchema.parse(JSON.parse(stdout));
      const wrong = loaded.sum === sum ? undefined : `the sum was ${loaded.sum}, not ${sum}`;
      return { value: loaded.ms, wrong };
    },
  };
}
