// One real sshd that the ssh_config of a window calls `lab`.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createKey } from "../../lab/keys.ts";
import { writeKnownHosts } from "../../lab/known-hosts.ts";
import { describeSshConfig } from "../../lab/ssh-config.ts";
import { startSshd } from "../../lab/sshd.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";

export interface LabOptions {
  /** Of the key that opens the door; without it the key is free to use. */
  readonly passphrase?: string;
  /** Whether the host's own key is in known_hosts. */
  readonly isKnown?: boolean;
}

/** The host, and the ssh_config that names it. */
export async function startLab(t: Ending, { passphrase, isKnown = true }: LabOptions = {}) {
  const folder = await temporaryFolder(t);
  const key = await createKey(path.join(folder, "id_ed25519"), "ed25519", passphrase);
  const sshd = await startSshd({ authorized: [key.publicKeyLine] });
  t.after(() => sshd.stop());
  const knownHostsFile = path.join(folder, "known_hosts");
  await writeKnownHosts(knownHostsFile, isKnown ? [{ ...sshd }] : []);
  const config = path.join(folder, "config");
  const { host, port } = sshd;
  await writeFile(
    config,
    describeSshConfig([{ alias: "lab", host, port, keyFile: key.file, knownHostsFile }]),
  );
  return { sshd, config, key, knownHostsFile };
}
