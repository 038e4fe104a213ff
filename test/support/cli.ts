// The command line as a shell starts it, in a project of a test's own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cliResultSchema, type CliResult } from "../../runtime/protocol/result.ts";
import { type Ending, temporaryFolder } from "./temporary.ts";

const RUNTIME = fileURLToPath(new URL("../../runtime", import.meta.url));
export const MAIN = path.join(RUNTIME, "cli/main.ts");

export type Ended = { code: number | null; signal: string | null; out: string; err: string };

export type Started = { child: ChildProcess; ended: Promise<Ended>; out(): string };

export type CommandLine = {
  folder: string;
  environment: NodeJS.ProcessEnv;
  write(file: string, text: string): Promise<void>;
  /** Runs `re-ops` with these words to its end. */
  reOps(...words: string[]): Promise<Ended>;
  /** Runs `node` with these words to its end; `re-ops` is installed in the folder. */
  node(...words: string[]): Promise<Ended>;
  /** The same, while it runs. */
  start(...words: string[]): Started;
  startNode(...words: string[]): Started;
  /** The same with any program, in any folder. */
  startProgram(program: string, words: readonly string[], where?: { cwd: string }): Started;
  /** The document of a `--json` call. */
  json(...words: string[]): Promise<CliResult & { err: string }>;
};

/** `environment`: besides PATH and a home of its own. */
export async function commandLine(
  t: Ending,
  environment: NodeJS.ProcessEnv = {},
): Promise<CommandLine> {
  const folder = await temporaryFolder(t);
  const home = await temporaryFolder(t);
  const env = { PATH: process.env["PATH"], HOME: home, ...environment };
  await mkdir(path.join(folder, "node_modules"));
  await symlink(RUNTIME, path.join(folder, "node_modules/re-ops"));
  const startProgram: CommandLine["startProgram"] = (program, words, { cwd } = { cwd: folder }) => {
    const child = spawn(program, words, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    t.after(() => void child.kill("SIGKILL"));
    const said = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said.err += text));
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code, signal) => {
        resolve({ code, signal, ...said });
      });
    });
    return { child, ended, out: () => said.out };
  };
  const start = (...words: string[]) => startProgram(process.execPath, words);
  const reOps = (...words: string[]) => start(MAIN, ...words).ended;
  return {
    folder,
    environment: env,
    write: (file, text) => writeFile(path.join(folder, file), text),
    start: (...words) => start(MAIN, ...words),
    startNode: start,
    startProgram,
    reOps,
    node: (...words) => start(...words).ended,
    async json(...words) {
      const { out, err } = await reOps(...words, "--json");
      return { ...cliResultSchema.parse(JSON.parse(out)), err };
    },
  };
}
