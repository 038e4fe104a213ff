// A project folder and real hosts for it, each with a marker file of its own, all reached by their aliases in ssh_config.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { readServerRecord, stateFolderOf } from "re-ops/client";
import { createKey } from "../../lab/keys.ts";
import { writeKnownHosts } from "../../lab/known-hosts.ts";
import { describeSshConfig } from "../../lab/ssh-config.ts";
import { startSshHosts } from "../../lab/ssh-hosts.ts";
import type { LabHost } from "../../lab/sshd.ts";
import { makeTemporaryFolder, removeFolder } from "../../support/temporary.ts";

/** Commands start in the home of their host, as on machines of their own. */
const IN_HOME = 'cd "$HOME" && eval "$SSH_ORIGINAL_COMMAND"';

export interface OpsProject {
  /** The project folder. */
  folder: string;
  hosts: readonly LabHost[];
  /** What VS Code has to be started with. */
  env: Readonly<Record<string, string>>;
  path(name: string): string;
  /** How many connections all hosts have ever seen. */
  opened(): number;
  /** Process id of the project's server. */
  serverPid(): number | undefined;
  write(name: string, text: string): Promise<string>;
  stop(): Promise<void>;
}

export interface OpsProjectOptions {
  /** Of the key that lets in; without it the key is free to use. */
  readonly passphrase?: string;
  /** Whether the hosts' own keys are in known_hosts. */
  readonly areKnown?: boolean;
}

/** One host for each alias; the file `marker` in its home holds `marker of ALIAS`. */
export async function makeOpsProject(
  aliases: readonly string[],
  files: Readonly<Record<string, string>>,
  { passphrase, areKnown = true }: OpsProjectOptions = {},
): Promise<OpsProject> {
  const root = await makeTemporaryFolder("re-ops-e2e-");
  const folder = path.join(root, "project");
  await mkdir(folder);
  const key = await createKey(path.join(root, "key"), "ed25519", passphrase);
  const lab = await startSshHosts(aliases.length, {
    authorized: [key.publicKeyLine],
    forceCommand: IN_HOME,
  });
  const stop = async () => {
    await lab.stop();
    await removeFolder(root);
  };
  try {
    const knownHostsFile = path.join(root, "known_hosts");
    await writeKnownHosts(knownHostsFile, areKnown ? lab.known : []);
    const named = aliases.map((alias, index) => ({ alias, host: hostAt(lab.hosts, index) }));
    const configuration = path.join(root, "ssh_config");
    const entries = named.map(({ alias, host: { address, port } }) => ({
      alias,
      host: address,
      port,
      keyFile: key.file,
      knownHostsFile,
    }));
    await writeFile(configuration, describeSshConfig(entries));
    for (const { alias, host } of named) {
      await writeFile(path.join(host.home, "marker"), `marker of ${alias}\n`);
    }
    const write = async (name: string, text: string) => {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
      return file;
    };
    for (const [name, text] of Object.entries(files)) await write(name, text);
    const env = {
      RE_OPS_SSH_CONFIG: configuration,
      XDG_STATE_HOME: path.join(root, "state"),
      SSH_AUTH_SOCK: "",
    };
    return {
      folder,
      hosts: lab.hosts,
      env,
      path: (name) => path.join(folder, name),
      opened: () => lab.servers.reduce((sum, server) => sum + server.opened(), 0),
      serverPid: () => readServerRecord(stateFolderOf(folder, env))?.server.pid,
      write,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function hostAt(hosts: readonly LabHost[], index: number): LabHost {
  const host = hosts[index];
  if (host === undefined) throw new Error(`the lab has no host ${String(index)}`);
  return host;
}
