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
  const { username, homedir, uid } = userInfo();
  const home = environment["HOME"] ?? homedir;
  const machine = hostname();
  const tokens: Readonly<Record<string, string>> = {
    "%": "%",
    d: home,
    h: settings.hostname,
    i: String(uid),
    k: settings.hostkeyalias ?? alias,
    L: machine.split(".")[0] ?? machine,
    l: machine,
    n: alias,
    p: String(settings.port),
    r: settings.user,
    u: username,
  };
  let missing = false;
  const fill = (value: string | undefined) => {
    missing ||= value === undefined;
    return value ?? "";
  };
  const expanded = path
    .replace(/^~(?=\/|$)/u, home)
    .replaceAll(/%(.)|\$\{(\w+)\}/gu, (_all, token?: string, name?: string) =>
      fill(token === undefined ? environment[name ?? ""] : tokens[token]),
    );
  return missing ? undefined : expanded;
}
