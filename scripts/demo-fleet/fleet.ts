// The demo fleet: three SSH hosts in this process, on loopback, each with a home of its own, and the files a client needs to reach them.
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { type DemoHost, startDemoHost } from "./host.ts";
import { makeKeyPair } from "./keys.ts";

export type DemoFleet = {
  hosts: readonly DemoHost[];
  /** An ssh_config that names all of them: what `RE_OPS_SSH_CONFIG` and `ssh -F` take. */
  configFile: string;
  /** Ends the hosts and everything that still runs on them, and removes their files. */
  stop(): Promise<void>;
};

const names = ["demo-1", "demo-2", "demo-3"];

/** Everything of it lies in one temporary folder, keys made anew each time. */
export async function startDemoFleet(): Promise<DemoFleet> {
  const folder = await mkdtemp(path.join(await realpath(tmpdir()), "re-ops-demo-"));
  const hosts: DemoHost[] = [];
  const stop = async () => {
    await Promise.all(hosts.map((host) => host.stop()));
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  try {
    const key = makeKeyPair("re-ops demo");
    await writeFile(path.join(folder, "id_ed25519"), key.private, { mode: 0o600 });
    for (const name of names) {
      const home = await makeHome(folder, name);
      hosts.push(await startDemoHost({ name, home, authorizedKey: key.public }));
    }
    const configFile = await writeClientFiles(folder, hosts);
    return { hosts, configFile, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeHome(folder: string, name: string): Promise<string> {
  const home = path.join(folder, "homes", name);
  await mkdir(home, { recursive: true });
  await chmod(home, 0o700);
  await writeFile(path.join(home, "hello.txt"), `This is ${name}.\n`);
  return home;
}

async function writeClientFiles(folder: string, hosts: readonly DemoHost[]): Promise<string> {
  const knownHostsFile = path.join(folder, "known_hosts");
  const known = hosts.map((host) => `[127.0.0.1]:${host.port} ${host.hostKey}\n`);
  await writeFile(knownHostsFile, known.join(""));
  const configFile = path.join(folder, "ssh_config");
  const blocks = hosts.map((host) =>
    [
      `Host ${host.name}`,
      "HostName 127.0.0.1",
      `Port ${host.port}`,
      `User ${userInfo().username}`,
      `IdentityFile ${path.join(folder, "id_ed25519")}`,
      "IdentitiesOnly yes",
      `UserKnownHostsFile ${knownHostsFile}`,
      "StrictHostKeyChecking yes",
    ].join("\n  "),
  );
  await writeFile(configFile, `${blocks.join("\n\n")}\n`);
  return configFile;
}
