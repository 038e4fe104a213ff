// A dropbear for one test, as routers and small images have it: no scp, no sftp; a user of its own, whose home it is.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { childrenOf, killAll } from "../support/processes.ts";
import type { Ending } from "../support/temporary.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { findFreePort } from "./free-port.ts";
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
  const port = await findFreePort();
  const words = ["-F", "-E", "-r", key, "-p", `127.0.0.1:${String(port)}`, "-P", `${folder}/pid`];
  const child = spawn("dropbear", words, { stdio: "ignore" });
  const pid = child.pid ?? 0;
  server.stop = async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    // What was started over it may outlive it; that there is nothing is no failure.
    await runCommand("pkill", ["-KILL", "-u", user]).catch(() => {});
  };
  await until("dropbear to listen", async () => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.destroy();
    return true;
  });
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
