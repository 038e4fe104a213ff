// Fills in what OpenSSH leaves to be filled in file names: `~`, `%h` and its like, `${NAME}`.
import { hostname, userInfo } from "node:os";
import type { Environment } from "../transport.ts";
import type { SshSettings } from "./settings.ts";

/** The path, or undefined when it names a token or variable that has no value here. */
export function expandPath(
  path: string,
  alias: string,
  settings: SshSettings,
  environment: Environment,
): string | undefined {
  const tokens: Readonly<Record<string, () => string>> = {
    "%": () => "%",
    d: () => homeOf(environment),
    h: () => settings.hostname,
    i: () => String(userInfo().uid),
    k: () => settings.hostkeyalias ?? alias,
    L: () => hostname().replace(/\..*$/u, ""),
    l: hostname,
    n: () => alias,
    p: () => String(settings.port),
    r: () => settings.user,
    u: () => userInfo().username,
  };
  let missing = false;
  const fill = (value: string | undefined) => {
    missing ||= value === undefined;
    return value ?? "";
  };
  const expanded = path
    .replace(/^~(?=\/|$)/u, () => homeOf(environment))
    .replaceAll(/%(.)|\$\{(\w+)\}/gu, (_all, token?: string, name?: string) =>
      fill(token === undefined ? environment[name ?? ""] : tokens[token]?.()),
    );
  return missing ? undefined : expanded;
}

function homeOf(environment: Environment): string {
  return environment["HOME"] ?? userInfo().homedir;
}
