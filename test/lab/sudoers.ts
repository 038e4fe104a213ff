// Rules for sudo on this machine, for one user of a test; root only.
import { chmod, rename, rm, writeFile } from "node:fs/promises";
import type { Ending } from "../support/temporary.ts";
import { runCommand } from "./run-command.ts";

/** Lines of a sudoers file in which `USER` is that user; they replace those that were written before. */
export async function writeSudoers(
  t: Ending,
  user: string,
  lines: readonly string[],
): Promise<void> {
  const file = `/etc/sudoers.d/${user}`;
  const draft = `${file}.draft`; // sudo reads no file with a dot in its name
  t.after(async () => {
    await rm(file, { force: true });
    await rm(draft, { force: true });
    for (const kept of ["/run/sudo/ts", "/var/lib/sudo/lectured"]) {
      await rm(`${kept}/${user}`, { force: true });
    }
  });
  await writeFile(draft, lines.map((line) => `${line.replaceAll("USER", user)}\n`).join(""));
  await chmod(draft, 0o440);
  await runCommand("visudo", ["-cqf", draft]);
  await rename(draft, file);
}
