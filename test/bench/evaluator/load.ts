// Loading a whole project, by the evaluator and by Node with its own type stripping, each time in a new process.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { type Contender, type Rounds, type Series, interleave } from "../frame/interleave.ts";
import type { Project } from "./project.ts";

const programSchema = z.strictObject({ ms: z.number(), sum: z.number() });
const PROGRAM = path.join(import.meta.dirname, "load-program.ts");

export type LoadContender = "ours" | "node";

export async function measureLoads(project: Project, rounds: Rounds) {
  const series = await interleave([contender("ours", project), contender("node", project)], rounds);
  return (name: LoadContender): Series => series.get(name) ?? { name, samples: [] };
}

function contender(name: LoadContender, { entry, sum }: Project): Contender {
  return {
    name,
    measure: async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, name, entry]);
      const loaded = programSchema.parse(JSON.parse(stdout));
      const wrong = loaded.sum === sum ? undefined : `the sum was ${loaded.sum}, not ${sum}`;
      return { value: loaded.ms, wrong };
    },
  };
}
