// Fills in what OpenSSH leaves to be filled in file names: `~`, `%h` and its like, `${NAME}`.
import { hostname, userInfo } from "node:os";
import type { Environment } from "../../transport.ts";
import type { SshSettings } from "./settings.ts";

interface Host {
  readonly alias: string;
  readonly settings: SshSettings;
  readonly environment: Environment;
}

const TOKENS: Readonly<Record<string, (host: Host) => string>> = {
  "%": () => "%",
  d: ({ environment }) => homeOf(environment),
  h: ({ settings }) => settings.hostname,
  i: () => String(userInfo().uid),
  k: ({ alias, settings }) => settings.hostkeyalias ?? alias,
  L: () => hostname().replace(/\..*$/u, ""),
  l: hostname,
  n: ({ alias }) => alias,
  p: ({ settings }) => String(settings.port),
  r: ({ settings }) => settings.user,
  u: () => userInfo().username,
};

/** The path, or undefined when it names a token or variable that has no value here. */
export function expandPath(
  path: string,
  alias: string,
  settings: SshSettings,
  environment: Environment,
): string | undefined {
  const host = { alias, settings, environment };
  let missing = false;
  const fill = (value: string | undefined) => {
    missing ||= value === undefined;
    return value ?? "";
  };
  const expanded = path
    .replace(/^~(?=\/|$)/u, () => homeOf(environment))
    .replaceAll(/%(.)|\$\{(\w+)\}/gu, (_all, token?: string, name?: string) =>
      fill(token === undefined ? environment[name ?? ""] : TOKENS[token]?.(host)),
    );
  return missing ? undefined : expanded;
}

function homeOf(environment: Environment): string {
  return environment["HOME"] ?? userInfo().homedir;
}
