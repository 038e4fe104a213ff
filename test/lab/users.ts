// A user of this machine with a password, for servers that let people in by it; root only.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Ending } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { runCommand } from "./run-command.ts";

export interface LabUser {
  readonly name: string;
  readonly password: string;
}

export async function createLabUser(t: Ending, home = "/"): Promise<LabUser> {
  const name = `re-ops-${randomBytes(4).toString("hex")}`;
  const password = `pass ${randomBytes(6).toString("hex")} wörd`;
  const words = ["--no-create-home", "--home-dir", home, "--shell", "/bin/sh", name];
  // Whoever else makes a user at this moment holds the lock of /etc/passwd.
  await until("a user to be made", async () => runCommand("useradd", words).then(() => true));
  t.after(async () => {
    await until("the user to be gone", () => runCommand("userdel", [name]).then(() => true));
  });
  await until("its password to be set", () => setPassword(name, password));
  return { name, password };
}

/** `program` is looked for on PATH. */
export async function setLoginShell({ name }: LabUser, program: string): Promise<void> {
  const shell = (await runCommand("which", [program])).trim();
  await until("its login shell to be set", () =>
    runCommand("usermod", ["--shell", shell, name]).then(() => true),
  );
}

/** By standard input: argument lists are for all to see. */
async function setPassword(name: string, password: string): Promise<boolean> {
  const child = spawn("chpasswd", { stdio: ["pipe", "ignore", "ignore"] });
  child.stdin.end(`${name}:${password}\n`);
  const [code] = (await once(child, "exit")) as [number | null];
  return code === 0;
}
