// One real sshd that the ssh_config of a window calls `lab`.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createKey } from "../../lab/keys.ts";
import { writeKnownHosts } from "../../lab/known-hosts.ts";
import { describeSshConfig } from "../../lab/ssh-config.ts";
import { startSshd } from "../../lab/sshd.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";

/** The host, and the ssh_config that names it. */
export async function startLab(t: Ending) {
  const folder = await temporaryFolder(t);
  const key = await createKey(path.join(folder, "id_ed25519"));
  const sshd = await startSshd({ authorized: [key.publicKeyLine] });
  t.after(() => sshd.stop());
  const knownHostsFile = path.join(folder, "known_hosts");
  await writeKnownHosts(knownHostsFile, [{ ...sshd }]);
  const config = path.join(folder, "config");
  const { host, port } = sshd;
  await writeFile(
    config,
    describeSshConfig([{ alias: "lab", host, port, keyFile: key.file, knownHostsFile }]),
  );
  return { sshd, config };
}
