// Runs one of the system's commands to its end and says clearly when it is missing or fails.
import { execFile } from "node:child_process";

export type CommandOptions = { env?: NodeJS.ProcessEnv; input?: string };

/** Where the program of this name is. */
export async function findProgram(name: string): Promise<string> {
  return (await runCommand("sh", ["-c", `command -v ${name}`])).trim();
}

/** Gives what the command wrote to its standard output; rejects with its error text when it fails. */
export function runCommand(
  command: string,
  words: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      words,
      { env: options.env ?? process.env, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => {
        if (error === null) resolve(out);
        else reject(new Error(`${command} ${words.join(" ")}: ${err.trim() || error.message}`));
      },
    );
    child.stdin?.end(options.input);
  });
}
