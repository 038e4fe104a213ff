// The text of an sshd_config for the lab.
import path from "node:path";
import type { Key } from "./keys.ts";
import type { LabHost } from "./sshd.ts";

export type SshdSettings = {
  /** Addresses of 127/8 to listen on, at most 16; each is a host of its own. */
  addresses: readonly string[];
  hostKeys: readonly Key[];
  authorizedKeysFile: string;
  folder: string;
  /** Sessions on one connection; OpenSSH's default is 10. */
  maxSessions?: number;
  /** Unauthenticated connections, as sshd_config writes it; OpenSSH's default is 10:30:100. */
  maxStartups?: string;
  forceCommand?: string;
  /** Passwords are checked by Debian's PAM, which asks for them interactively; root only. */
  pam?: boolean;
  /** More environment for every session. */
  environment?: Readonly<Record<string, string>>;
  /** More lines as sshd_config writes them. */
  lines?: readonly string[];
};

/** The configuration, and the hosts that it makes of the addresses. */
export function describeSshd(
  settings: SshdSettings,
  port: number,
  mark: string,
): { text: string; hosts: LabHost[] } {
  const hosts = settings.addresses.map((address) => describeHost(settings.folder, address, port));
  const lines = [
    `Port ${port}`,
    ...settings.addresses.map((address) => `ListenAddress ${address}`),
    ...settings.hostKeys.map((key) => `HostKey ${key.file}`),
    `AuthorizedKeysFile ${settings.authorizedKeysFile}`,
    "StrictModes no",
    `UsePAM ${settings.pam === true ? "yes" : "no"}`,
    "UseDNS no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
    "PrintMotd no",
    "PidFile none",
    "LogLevel VERBOSE",
    `MaxSessions ${settings.maxSessions ?? 10}`,
    `MaxStartups ${settings.maxStartups ?? "10:30:100"}`,
    "Subsystem sftp internal-sftp",
    ...(settings.forceCommand === undefined ? [] : [`ForceCommand ${settings.forceCommand}`]),
    ...(settings.lines ?? []),
    ...hosts.flatMap((host) => describeMatch(host, mark, settings.environment ?? {})),
  ];
  return { text: `${lines.join("\n")}\n`, hosts };
}

function describeHost(folder: string, address: string, port: number): LabHost {
  const name = `host-${address.replaceAll(".", "-")}`;
  return { name, address, port, home: path.join(folder, "homes", name) };
}

// The first SetEnv line that applies hides all others, so there is one line with everything.
function describeMatch(host: LabHost, mark: string, more: Readonly<Record<string, string>>) {
  const file = process.env["RE_OPS_TEST_FILE"]; // so that the runner finds what a test leaves behind on its hosts
  const runner = file === undefined ? {} : { RE_OPS_TEST_FILE: file };
  const variables = { HOME: host.home, RE_OPS_HOST: host.name, ...runner, ...more };
  const assignments = Object.entries(variables).map(([name, value]) => `"${name}=${value}"`);
  return [`Match LocalAddress ${host.address}`, `  SetEnv ${mark} ${assignments.join(" ")}`];
}
