// Two hosts of one fleet, taken one after the other, whose users have different passwords: `web`, and the odd one.
import { appendFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { type Auth, Hosts } from "../../../runtime/describe/hosts/hosts.ts";
import { createLabUser, type LabUser } from "../../lab/users.ts";
import type { LabEngine } from "./lab-engine.ts";

export interface OddFleet {
  hosts(auth: Auth, names: readonly string[]): Hosts;
  /** Of the host `odd`; that of `web` is the lab's own. */
  readonly oddUser: LabUser;
}

export async function makeOddFleet(t: TestContext, lab: LabEngine): Promise<OddFleet> {
  const { folder, sshd, user } = lab;
  const oddUser = await createLabUser(t);
  const describe = (name: string, { name: login }: LabUser) =>
    `Host ${name}\n  HostName ${sshd.host}\n  Port ${String(sshd.port)}\n  User ${login}\n`;
  const config = describe("web", user) + describe("odd", oddUser);
  await appendFile(path.join(folder, "ssh_config"), config);
  const sshKey = path.join(folder, "key");
  return {
    oddUser,
    hosts: (auth, names) => new Hosts({ sshKey, ...auth }, names, { concurrency: 1 }),
  };
}
