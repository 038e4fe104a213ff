// Looks at the command line and the environment of every process of this machine, over and over, for texts that must not be there.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Ending } from "../support/temporary.ts";

export interface Sampler {
  /** What was seen by now: which text, where, and in which process. */
  readonly seen: () => readonly Sighting[];
  /** Stops, and gives all that was seen. */
  stop(): Promise<readonly Sighting[]>;
  /** How often everything was looked at by now. */
  readonly rounds: () => number;
}

export interface Sighting {
  /** Position in the list of texts. */
  readonly text: number;
  readonly where: "cmdline" | "environ";
  /** The process's command line, shortened. */
  readonly process: string;
}

/** Environments that hold `spare` are those of the program under test itself, and are not looked at. */
export async function startSampler(
  t: Ending,
  texts: readonly string[],
  spare: string,
): Promise<Sampler> {
  const child = spawn(process.execPath, [import.meta.filename], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.write(`${JSON.stringify({ texts, spare, own: [process.pid] })}\n`);
  t.after(() => void child.kill("SIGKILL"));
  const seen: Sighting[] = [];
  let rounds = 0;
  const lines = createInterface(child.stdout);
  lines.on("line", (line) => {
    const told = JSON.parse(line) as { rounds: number; sightings: readonly Sighting[] };
    ({ rounds } = told);
    seen.push(...told.sightings);
  });
  await once(lines, "line");
  return {
    seen: () => seen,
    rounds: () => rounds,
    async stop() {
      const closed = once(lines, "close");
      child.stdin.end();
      await closed;
      return seen;
    },
  };
}

if (import.meta.main) {
  const input = createInterface(process.stdin);
  input.once("line", (line) => {
    const { texts, spare, own } = JSON.parse(line) as {
      texts: readonly string[];
      spare: string;
      own: readonly number[];
    };
    const known = new Set<string>();
    const look = (rounds: number) => {
      const sightings = lookAround(texts, spare, [...own, process.pid]).filter((one) => {
        const key = JSON.stringify(one);
        return !known.has(key) && known.add(key);
      });
      process.stdout.write(`${JSON.stringify({ rounds, sightings })}\n`);
      next = setTimeout(look, 1, rounds + 1);
    };
    let next = setTimeout(look, 0, 1);
    input.once("close", () => clearTimeout(next));
  });
}

function lookAround(texts: readonly string[], spare: string, own: readonly number[]): Sighting[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/u.test(name));
  return pids.flatMap((pid) => {
    if (own.includes(Number(pid))) return [];
    const cmdline = readOrEmpty(`/proc/${pid}/cmdline`);
    const environ = readOrEmpty(`/proc/${pid}/environ`);
    const shown = cmdline.replaceAll("\0", " ").slice(0, 60);
    return texts.flatMap((text, index): Sighting[] => [
      ...(cmdline.includes(text)
        ? [{ text: index, where: "cmdline", process: shown } as const]
        : []),
      ...(environ.includes(text) && !environ.includes(spare)
        ? [{ text: index, where: "environ", process: shown } as const]
        : []),
    ]);
  });
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // It ended between two looks.
  }
}
