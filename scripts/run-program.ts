// Runs a program to its end, quietly, and shows what it wrote only when it fails.
import { spawn } from "node:child_process";

export type RunProgramOptions = { cwd?: string; env?: NodeJS.ProcessEnv };

/** Rejects with the end of its output when it does not end with exit code 0. */
export function runProgram(
  program: string,
  words: readonly string[],
  options: RunProgramOptions = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (more: string) => {
        text = (text + more).slice(-20_000);
      });
    }
    child.on("error", (error) =>
      reject(new Error(`${program} could not be started`, { cause: error })),
    );
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else
        reject(new Error(`${program} ${words.join(" ")} ended with ${code ?? signal}:\n${text}`));
    });
  });
}
