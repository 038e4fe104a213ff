// The system's ssh, counted: for tests of how often and when it is asked.
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { findProgram } from "./run-command.ts";

/** A folder whose `ssh` is the real one but writes down each time it is asked. */
export async function countedSsh(
  folder: string,
): Promise<{ PATH: string; questions(): Promise<string[]> }> {
  const bin = path.join(folder, "bin");
  const log = path.join(folder, "questions");
  const real = await findProgram("ssh");
  await mkdir(bin);
  await writeFile(log, "");
  await writeFile(path.join(bin, "ssh"), `#!/bin/sh\necho "$*" >>${log}\nexec ${real} "$@"\n`);
  await chmod(path.join(bin, "ssh"), 0o755);
  return {
    PATH: `${bin}:${process.env["PATH"] ?? ""}`,
    questions: async () => (await readFile(log, "utf8")).split("\n").slice(0, -1),
  };
}
