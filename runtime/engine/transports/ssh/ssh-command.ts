// The `ssh` command by which a person gets to a host as we would, for messages that say what to do next.
import type { Environment, Target } from "../transport.ts";

export function describeCommand({ host, auth }: Target, environment: Environment): string {
  const file = environment["RE_OPS_SSH_CONFIG"];
  return [
    "ssh",
    ...(file === undefined ? [] : ["-F", file]),
    ...(auth.port === undefined ? [] : ["-p", String(auth.port)]),
    auth.user === undefined ? host : `${auth.user}@${host}`,
    "true",
  ].join(" ");
}
