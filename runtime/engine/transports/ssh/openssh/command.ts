// The words of the command by which the system's ssh becomes a master: the user's own configuration, and what we must insist on.
import type { SshSettings } from "../config/settings.ts";
import type { Environment, Target } from "../../transport.ts";

/** How long a master lives on without us: it ends by itself when this process was killed. */
const LINGER_SECONDS = 5;
/** Of its own time-out we only need that it comes after ours, should we be gone by then. */
const CONNECT_GRACE_SECONDS = 5;
/** Where ssh_config sets none. */
const KEEPALIVE_SECONDS = 15;

export interface MasterWords {
  readonly target: Target;
  /** The key that was named, as a path. */
  readonly keyFile: string | undefined;
  readonly socketPath: string;
  readonly timeoutMs: number;
  readonly environment: Environment;
  readonly settings: Pick<SshSettings, "batchmode" | "serveraliveinterval" | "serveralivecountmax">;
  /** Whether what a host asks can be told from what ssh asks. */
  readonly mayHostsAsk: boolean;
}

/**
 * `-v` lets us tell how far it got, and keeps its standard error open to us once it has gone into the background: there we hear
 * why it ends. What people configure for a terminal of theirs (forwardings, commands, a master) has no place here.
 */
export function describeMaster(words: MasterWords): string[] {
  const { target, keyFile, socketPath, timeoutMs, environment, settings, mayHostsAsk } = words;
  const { user, port } = target.auth;
  const configuration = environment["RE_OPS_SSH_CONFIG"];
  const options = [
    "ControlMaster=yes",
    `ControlPersist=${LINGER_SECONDS}`,
    `BatchMode=${settings.batchmode}`,
    ...(mayHostsAsk ? [] : ["KbdInteractiveAuthentication=no"]),
    `ConnectTimeout=${Math.ceil(timeoutMs / 1000) + CONNECT_GRACE_SECONDS}`,
    `ServerAliveInterval=${settings.serveraliveinterval || KEEPALIVE_SECONDS}`,
    `ServerAliveCountMax=${settings.serveralivecountmax}`,
    "ClearAllForwardings=yes",
    "PermitLocalCommand=no",
    "RemoteCommand=none",
    "RequestTTY=no",
    "Tunnel=no",
    // It would write to known_hosts, and let the host sign with each of its keys at every login.
    "UpdateHostKeys=no",
    ...(keyFile === undefined ? [] : ["IdentitiesOnly=yes"]),
  ];
  return [
    ...(configuration === undefined ? [] : ["-F", configuration]),
    "-v",
    "-N",
    "-S",
    socketPath.replaceAll("%", "%%"),
    ...options.flatMap((option) => ["-o", option]),
    ...(keyFile === undefined ? [] : ["-i", keyFile]),
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    "--", // A host name with a leading dash is no option.
    target.host,
  ];
}
