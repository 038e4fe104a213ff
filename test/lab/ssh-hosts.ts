// Many real SSH hosts on one machine: addresses of 127/8, shared out among as few sshd processes as can serve them.
import { childrenOf, killAll } from "../support/processes.ts";
import type { KnownHost } from "./known-hosts.ts";
import { type LabHost, type Sshd, type SshdOptions, startSshd } from "./sshd.ts";

export type SshHosts = {
  hosts: readonly LabHost[];
  servers: readonly Sshd[];
  /** What a known_hosts file needs to hold to trust all of them. */
  known: readonly KnownHost[];
  /** How many connections are open on all of them now. */
  connections(): Promise<number>;
  /** Ends every open connection from their side; the hosts go on. */
  disconnect(): Promise<void>;
  stop(): Promise<void>;
};

const addressesPerServer = 16; // sshd has room for no more listening sockets

/** Starts `count` hosts, 127.0.1.1 and onwards; the first server's host keys serve them all. */
export async function startSshHosts(
  count: number,
  options: Omit<SshdOptions, "addresses"> = {},
): Promise<SshHosts> {
  const groups = shareOut(count);
  const servers: Sshd[] = [];
  const sessions = () => childrenOf(...servers.map(({ pid }) => pid));
  const disconnect = async () => killAll(await sessions());
  const stop = async () => {
    await disconnect();
    // One after another: each looks at every process of the machine.
    for (const server of servers.toReversed()) await server.stop();
  };
  try {
    for (const addresses of groups) {
      const hostKeys = options.hostKeys ?? servers[0]?.hostKeys;
      servers.push(await startSshd({ ...options, ...(hostKeys && { hostKeys }), addresses }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const known = servers.flatMap((server) =>
    server.hosts.flatMap(({ address, port }) =>
      server.hostKeys.map(({ publicKeyLine }) => ({ host: address, port, publicKeyLine })),
    ),
  );
  return {
    hosts: servers.flatMap((server) => server.hosts),
    servers,
    known,
    connections: async () => (await sessions()).length,
    disconnect,
    stop,
  };
}

function shareOut(count: number): string[][] {
  const addresses = Array.from(
    { length: count },
    (_, index) => `127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`,
  );
  const groups = Math.ceil(count / addressesPerServer);
  return Array.from({ length: groups }, (_, index) =>
    addresses.slice(index * addressesPerServer, (index + 1) * addressesPerServer),
  );
}
