// A real OpenSSH server for one test: own keys, own configuration, own home for each of its addresses, any user.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  childrenOf,
  isRunning,
  killAll,
  processTree,
  processesWith,
  signal,
} from "../support/processes.ts";
import { makeTemporaryFolder, removeFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { PortTakenError, startOnPort } from "./free-port.ts";
import { type Key, type KeyType, createKey } from "./keys.ts";
import { type SshdSettings, describeSshd } from "./sshd-config.ts";

export type SshdOptions = Partial<SshdSettings> & {
  /** Host key types to make, in the order in which they are offered; without it one ed25519. */
  hostKeyTypes?: readonly KeyType[];
  /** Host keys of another server, for one that must look the same. */
  hostKeys?: readonly Key[];
  /** Public keys that may log in, each as `type base64`. */
  authorized?: readonly string[];
  /** A fixed port, for a server that takes another's place; without it a free one. */
  port?: number;
  /** The network namespace to listen in; without it this process's own. */
  namespace?: string;
};

/** One address of a server: a host of its own to whoever connects. `$RE_OPS_HOST` on it is its name, `~` its home. */
export type LabHost = { name: string; address: string; port: number; home: string };

export type Sshd = {
  /** The first address. */
  host: string;
  port: number;
  /** Of the process that listens. */
  pid: number;
  hosts: readonly LabHost[];
  hostKeys: readonly Key[];
  /** Of the first host key. */
  hostKeyFingerprint: string;
  publicKeyLine: string;
  /** All that the server has logged, at the level VERBOSE. */
  log(): string;
  /** How many connections were ever opened to this address, or to all. */
  opened(address?: string): number;
  /** How many connections are open now. */
  connections(): Promise<number>;
  /** Ends every open connection from this side; the server goes on. */
  disconnect(): Promise<void>;
  /** Stops every process of it where it stands: connections stay open and say nothing more. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Kills every process of it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Ends the server, its connections and all that was started over them, and removes its folder. */
  stop(): Promise<void>;
};

const programs = ["/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd"];

/** Starts a server and gives it when it listens on all its addresses. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const program = await findSshd();
  const folder = await makeTemporaryFolder("re-ops-sshd-");
  try {
    const settings = await prepare(folder, options);
    const words = within(options.namespace, program);
    return await startOnPort((port) => startOn(port, words, folder, settings), options.port);
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

async function findSshd(): Promise<string> {
  for (const program of programs) {
    if (await exists(program)) return program;
  }
  throw new Error(`No sshd at ${programs.join(", ")}: install openssh-server.`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function prepare(folder: string, options: SshdOptions): Promise<SshdSettings> {
  await chmod(folder, 0o755); // sshd reads authorized_keys as the user who logs in
  const types = options.hostKeyTypes ?? ["ed25519"];
  const hostKeys =
    options.hostKeys ??
    (await Promise.all(types.map((type) => createKey(path.join(folder, `host_${type}`), type))));
  const authorizedKeysFile = path.join(folder, "authorized_keys");
  const authorized = options.authorized ?? [];
  await writeFile(authorizedKeysFile, authorized.map((line) => `${line}\n`).join(""));
  if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true });
  const { addresses = ["127.0.0.1"], ...limits } = options;
  return { ...limits, addresses, hostKeys, authorizedKeysFile, folder };
}

function within(namespace: string | undefined, program: string): readonly [string, ...string[]] {
  return namespace === undefined ? [program] : ["ip", "netns", "exec", namespace, program];
}

async function startOn(
  port: number,
  [program, ...words]: readonly [string, ...string[]],
  folder: string,
  settings: SshdSettings,
): Promise<Sshd> {
  const mark = `RE_OPS_LAB=${path.basename(folder)}-${port}`;
  const described = describeSshd(settings, port, mark);
  await Promise.all(described.hosts.map((host) => mkdir(host.home, { recursive: true })));
  const configuration = path.join(folder, "sshd_config");
  await writeFile(configuration, described.text);
  // With a relative -f sshd resets every connection during its key exchange.
  const child = spawn(program, [...words, "-D", "-e", "-f", configuration], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const log = collectLog(child);
  if (await listens(child, log, settings.addresses.length)) {
    return describeRunning(child, log, { folder, mark, port, settings, hosts: described.hosts });
  }
  child.kill("SIGKILL");
  if (/Address already in use/u.test(log())) throw new PortTakenError(port, log());
  throw new Error(`sshd did not start on port ${port}:\n${log()}`);
}

function collectLog(child: ChildProcess): () => string {
  const lines: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => lines.push(text));
  return () => lines.join("");
}

async function listens(child: ChildProcess, log: () => string, addresses: number) {
  await until("sshd to listen or to give up", () => {
    const text = log();
    if (child.exitCode !== null || text.includes("Bind to port")) return true;
    return count(text, /Server listening on/gu) === addresses;
  });
  return count(log(), /Server listening on/gu) === addresses;
}

type Running = {
  folder: string;
  mark: string;
  port: number;
  settings: SshdSettings;
  hosts: readonly LabHost[];
};

function describeRunning(child: ChildProcess, log: () => string, running: Running): Sshd {
  const { folder, mark, port, settings, hosts } = running;
  const pid = child.pid ?? 0;
  const [firstKey] = settings.hostKeys;
  if (firstKey === undefined) throw new Error("An sshd needs at least one host key.");
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  const all = async () => {
    // The number of one that has exited may be another's by now.
    const tree = hasExited() ? [] : await processTree(pid);
    const found = [...new Set([...tree, ...(await processesWith(mark))])];
    const areRunning = await Promise.all(found.map(isRunning));
    return found.filter((_pid, index) => areRunning[index]);
  };
  /** Until a look finds nothing new: what stands still starts nothing. */
  const freeze = async () => {
    const frozen = new Set<number>();
    for (let isNew = true; isNew;) {
      const found = (await all()).filter((one) => !frozen.has(one));
      for (const one of found) signal(one, "SIGSTOP");
      for (const one of found) frozen.add(one);
      isNew = found.length > 0;
    }
    return [...frozen];
  };
  const kill = async () => {
    const exited = hasExited() ? undefined : once(child, "exit");
    await killAll(await freeze());
    await exited;
  };
  return {
    host: settings.addresses[0] ?? "127.0.0.1",
    port,
    pid,
    hosts,
    hostKeys: settings.hostKeys,
    hostKeyFingerprint: firstKey.fingerprint,
    publicKeyLine: firstKey.publicKeyLine,
    log,
    opened: (address) => count(log(), connectionTo(address ?? "[\\d.]+", port)),
    connections: async () => (await childrenOf(pid)).length,
    disconnect: async () => killAll(await childrenOf(pid)),
    freeze: async () => void (await freeze()),
    thaw: async () => {
      for (const one of await all()) signal(one, "SIGCONT");
    },
    kill,
    stop: async () => {
      await kill();
      await removeFolder(folder);
    },
  };
}

function connectionTo(address: string, port: number): RegExp {
  return new RegExp(`^Connection from \\S+ port \\d+ on ${address} port ${port}`, "gmu");
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
