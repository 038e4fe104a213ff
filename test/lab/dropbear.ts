// A dropbear for one test, as routers and small images have it: no scp, no sftp; a user of its own, whose home it is.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { childrenOf, killAll } from "../support/processes.ts";
import type { Ending } from "../support/temporary.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { PortTakenError, startOnPort } from "./free-port.ts";
import { runCommand } from "./run-command.ts";
import { createLabUser } from "./users.ts";

export interface Dropbear {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly home: string;
  readonly publicKeyLine: string;
  connections(): Promise<number>;
  /** Ends every open connection from this side; the server goes on. */
  disconnect(): Promise<void>;
}

/** Root only. `authorized` is a public key as `type base64`. */
export async function startDropbear(t: Ending, authorized: string): Promise<Dropbear> {
  const folder = await temporaryFolder(t, "re-ops-dropbear-");
  await chmod(folder, 0o755);
  const home = path.join(folder, "home");
  await mkdir(path.join(home, ".ssh"), { recursive: true });
  await writeFile(path.join(home, ".ssh/authorized_keys"), `${authorized}\n`);
  const server = { stop: async () => {} };
  t.after(() => server.stop()); // Before the user is removed, who must be at no work by then.
  const { name: user } = await createLabUser(t, home);
  await runCommand("chown", ["-R", user, home]);
  const key = path.join(folder, "key");
  const said = await runCommand("dropbearkey", ["-t", "ed25519", "-f", key]);
  const { child, port } = await startOnPort((port) => startOn(port, folder, key));
  const pid = child.pid ?? 0;
  server.stop = async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    // What was started over it may outlive it; that there is nothing is no failure.
    await runCommand("pkill", ["-KILL", "-u", user]).catch(() => {});
  };
  const publicKeyLine = /^(ssh-ed25519 \S+)/mu.exec(said)?.[1] ?? "";
  return {
    host: "127.0.0.1",
    port,
    user,
    home,
    publicKeyLine,
    connections: async () => (await childrenOf(pid)).length,
    disconnect: async () => killAll(await childrenOf(pid)),
  };
}

async function startOn(port: number, folder: string, key: string) {
  const pidFile = path.join(folder, "pid"); // Written when it listens.
  const words = ["-F", "-E", "-r", key, "-p", `127.0.0.1:${String(port)}`, "-P", pidFile];
  const child = spawn("dropbear", words, { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  const closed = once(child, "close");
  await until(
    "dropbear to listen or to give up",
    () => existsSync(pidFile) || child.exitCode !== null,
  );
  if (existsSync(pidFile)) return { child, port };
  await closed;
  if (/Address already in use/u.test(log)) throw new PortTakenError(port, log);
  throw new Error(`dropbear did not start on port ${String(port)}:\n${log}`);
}
