// Text for an ssh_config file that names hosts of the lab.

export type SshAlias = {
  alias: string;
  host: string;
  port: number;
  user?: string;
  keyFile?: string;
  knownHostsFile?: string;
  /** More lines as ssh_config writes them, such as `ProxyJump other`. */
  lines?: readonly string[];
};

/** One `Host` block for each alias. */
export function describeSshConfig(aliases: readonly SshAlias[]): string {
  return aliases.map((one) => `${describeAlias(one).join("\n  ")}\n`).join("\n");
}

function describeAlias(one: SshAlias): string[] {
  return [
    `Host ${one.alias}`,
    `HostName ${one.host}`,
    `Port ${one.port}`,
    ...(one.user === undefined ? [] : [`User ${one.user}`]),
    ...(one.keyFile === undefined ? [] : [`IdentityFile ${one.keyFile}`, "IdentitiesOnly yes"]),
    ...(one.knownHostsFile === undefined ? [] : [`UserKnownHostsFile ${one.knownHostsFile}`]),
    ...(one.lines ?? []),
  ];
}
