// The hosts of the bench: real sshd on many loopback addresses, with a key, known hosts and an ssh_config of their own.
import { writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import path from "node:path";
import { findFreePort } from "../../lab/free-port.ts";
import { createKey } from "../../lab/keys.ts";
import { writeKnownHosts } from "../../lab/known-hosts.ts";
import { startSshHosts } from "../../lab/ssh-hosts.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import type { ExpectedLines } from "../frame/collected.ts";
import { readCpuMs } from "../frame/cpu.ts";

/** A command, and what every host says to it. */
export interface Work {
  readonly command: string;
  readonly expected: ExpectedLines;
}

export interface Fleet extends Work {
  readonly addresses: readonly string[];
  /** The home folder of each address. */
  readonly homes: ReadonlyMap<string, string>;
  readonly user: string;
  readonly port: number;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  /** An ssh_config in which the known hosts stand. */
  readonly configFile: string;
  /** Each host names itself before it does the same, so that no host's answer passes for another's. */
  readonly named: Work;
  /** Ends every connection from the hosts' side; they go on. */
  disconnect(): Promise<void>;
  /** Waits until this many connections are open on the hosts, so that nothing of the work before is still going on. */
  settle(connections: number): Promise<void>;
  /** How many connections were ever opened. */
  opened(): number;
  /** What the servers, and all that they have started and that has ended, have taken of the processors, in milliseconds. */
  cpuMs(): Promise<number>;
}

/** The options of ssh for these hosts. Nothing of the user's own ssh_config, so that the bench measures the same everywhere. */
export function sshWords({ port, keyFile, knownHostsFile }: Fleet): string[] {
  const options = [
    "IdentitiesOnly=yes",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${knownHostsFile}`,
  ];
  const settings = options.flatMap((one) => ["-o", one]);
  return ["-F", "none", "-p", String(port), "-i", keyFile, ...settings];
}

export async function startFleet(context: Ending, count: number): Promise<Fleet> {
  const folder = await temporaryFolder(context, "re-ops-bench-");
  const key = await createKey(path.join(folder, "id_ed25519"));
  const port = await findFreePort();
  const hosts = await startSshHosts(count, {
    port,
    authorized: [key.publicKeyLine],
    maxStartups: "1000",
    maxSessions: 1000,
  });
  context.after(() => hosts.stop());
  const addresses = hosts.hosts.map(({ address }) => address);
  const knownHostsFile = path.join(folder, "known_hosts");
  await writeKnownHosts(knownHostsFile, hosts.known);
  const configFile = path.join(folder, "ssh_config");
  const lines = [`UserKnownHostsFile ${knownHostsFile}`, "IdentitiesOnly yes"];
  await writeFile(configFile, `Host 127.0.*\n  ${lines.join("\n  ")}\n`);
  return {
    addresses,
    homes: new Map(hosts.hosts.map(({ address, home }) => [address, home])),
    user: userInfo().username,
    port,
    keyFile: key.file,
    knownHostsFile,
    configFile,
    command: "uptime",
    expected: new Map(hosts.hosts.map(({ address }) => [address, [uptimeLine]])),
    named: {
      command: "echo $RE_OPS_HOST; uptime",
      expected: new Map(hosts.hosts.map(({ address, name }) => [address, [name, uptimeLine]])),
    },
    disconnect: () => hosts.disconnect(),
    settle: async (connections) => {
      const look = async () => (await hosts.connections()) === connections;
      await until(`${connections} connections on the hosts`, look, {
        timeoutMs: 120_000,
        everyMs: 100,
      });
    },
    opened: () => hosts.servers.reduce((sum, server) => sum + server.opened(), 0),
    cpuMs: async () => {
      const each = await Promise.all(hosts.servers.map(({ pid }) => readCpuMs(pid)));
      return each.reduce((sum, one) => sum + one, 0);
    },
  };
}

const uptimeLine = /^ \d\d:\d\d:\d\d up .*,  load average: \d+\.\d\d, \d+\.\d\d, \d+\.\d\d$/u;
