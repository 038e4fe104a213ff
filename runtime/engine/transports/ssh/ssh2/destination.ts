// A target with everything that ssh_config says about it, worked out: where to connect, as whom, with which keys, whom to trust.
import type { HostToVerify } from "../../../trust/verify.ts";
import type { SshAnswer } from "../config/ask-ssh.ts";
import { DEFAULT_IDENTITY_FILES, type SshSettings } from "../config/settings.ts";
import { expandPath } from "../config/tokens.ts";
import { NeedsOpensshError } from "../../../host-errors.ts";
import type { Environment, Target } from "../../transport.ts";
import { describeCommand } from "../ssh-command.ts";
import { fillProxyCommand } from "./proxy-command.ts";

export interface Destination {
  readonly settings: SshSettings;
  /** `user@host:port`. */
  readonly place: string;
  /** The command that leads to it, with its tokens filled in. */
  readonly proxyCommand: string | undefined;
  readonly hostToVerify: HostToVerify;
  readonly knownHostsFiles: readonly string[];
  /** Key files that somebody chose, in the order in which they are offered. */
  readonly chosenKeys: readonly string[];
  /** Key files that OpenSSH tries when nobody chose any. */
  readonly defaultKeys: readonly string[];
  /** All key files that OpenSSH itself would look at, also those that we cannot use. */
  readonly identityFiles: readonly string[];
  /** The agent's socket. */
  readonly agentSocket: string | undefined;
  /** Why ssh was not asked, and what of the configuration was left out. */
  readonly note?: string;
}

/** Throws `NeedsOpensshError` for what this transport cannot do. */
export function describeDestination(
  target: Target,
  answer: SshAnswer,
  environment: Environment,
): Destination {
  const { settings, note } = answer;
  const { hostname, user, port } = settings;
  const place = `${user}@${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  refuseWhatWeCannot(settings, place);
  const expand = (path: string) => expandPath(path, target.host, settings, environment) ?? [];
  const userFiles = settings.userknownhostsfile.flatMap(expand);
  const { sshKey } = target.auth;
  const configured = settings.identityfile.filter((file) => file !== "none");
  const areDefaults = DEFAULT_IDENTITY_FILES.every((file) => configured.includes(file));
  const { proxyjump, proxycommand } = settings;
  return {
    settings,
    place,
    proxyCommand:
      proxycommand === undefined || proxyjump !== undefined
        ? undefined
        : fillProxyCommand(proxycommand, target.host, settings, place),
    hostToVerify: {
      ...namesOf(settings),
      place,
      files: userFiles,
      sshCommand: describeCommand(target, environment),
    },
    knownHostsFiles: [...userFiles, ...settings.globalknownhostsfile.flatMap(expand)],
    chosenKeys: [
      ...(sshKey === undefined ? [] : [sshKey]),
      ...(areDefaults ? [] : configured),
    ].flatMap(expand),
    defaultKeys: areDefaults && sshKey === undefined ? DEFAULT_IDENTITY_FILES.flatMap(expand) : [],
    identityFiles: [...(sshKey === undefined ? [] : [sshKey]), ...configured].flatMap(expand),
    agentSocket: findAgent(settings, expand, environment),
    ...(note !== undefined && { note }),
  };
}

/** What decides whether two targets may share a connection; `via` is the identity of the jump host before it. */
export function identityOf(destination: Destination, via: string | undefined): string {
  const { settings, chosenKeys, knownHostsFiles, proxyCommand } = destination;
  const { hostname, port, user, hostkeyalias, bindaddress, identitiesonly, identityagent } =
    settings;
  const way = [hostname, port, user, hostkeyalias, bindaddress, identitiesonly, identityagent];
  return JSON.stringify(["ssh", ...way, chosenKeys, knownHostsFiles, via, proxyCommand]);
}

/** With what only the system's ssh understands it is not tried at all: half of what was configured would be wrong. */
function refuseWhatWeCannot(settings: SshSettings, place: string): void {
  const found = NEEDS.find(([keyword]) => isSet(settings[keyword]));
  const because =
    found === undefined
      ? (whyTickets(settings) ?? whyHandedOver(settings))
      : `${found[1]} ${String(settings[found[0]])}`;
  if (because === undefined) return;
  throw new NeedsOpensshError(
    `ssh_config says ${because}`,
    `ssh_config says ${because}, which only the system's ssh can do (${place})`,
  );
}

/** OpenSSH would try tickets first wherever they are allowed; here they count where nothing else is left, or preferred. */
function whyTickets(settings: SshSettings): string | undefined {
  const { gssapiauthentication, preferredauthentications } = settings;
  const { pubkeyauthentication, passwordauthentication, kbdinteractiveauthentication } = settings;
  if (gssapiauthentication !== "yes") return undefined;
  const [first = ""] = preferredauthentications;
  if (first.startsWith("gssapi")) return `PreferredAuthentications ${first}`;
  const others = [pubkeyauthentication, passwordauthentication, kbdinteractiveauthentication];
  const isAlone = others.every((one) => one === "no" || one === "false");
  return isAlone ? "GSSAPIAuthentication yes, and allows nothing else" : undefined;
}

/** A ProxyCommand that hands over a socket instead of passing the data on. */
function whyHandedOver({ proxyusefdpass }: SshSettings): string | undefined {
  return proxyusefdpass === "yes" ? "ProxyUseFdpass yes" : undefined;
}

const NEEDS = [
  ["certificatefile", "CertificateFile"],
  ["revokedhostkeys", "RevokedHostKeys"],
  ["knownhostscommand", "KnownHostsCommand"],
  ["pkcs11provider", "PKCS11Provider"],
] as const;

function isSet(value: string | readonly string[] | undefined): boolean {
  return value !== undefined && value.length > 0;
}

function namesOf({ hostname, port, hostkeyalias }: SshSettings) {
  if (hostkeyalias !== undefined) return { name: hostkeyalias.toLowerCase() };
  const plainName = hostname.toLowerCase();
  return port === 22 ? { name: plainName } : { name: `[${plainName}]:${port}`, plainName };
}

function findAgent(
  { identityagent }: SshSettings,
  expand: (path: string) => string | never[],
  environment: Environment,
): string | undefined {
  if (identityagent === "none") return undefined;
  if (identityagent === undefined || identityagent === "SSH_AUTH_SOCK") {
    return environment["SSH_AUTH_SOCK"];
  }
  const variable = /^\$(\w+)$/u.exec(identityagent)?.[1];
  if (variable !== undefined) return environment[variable];
  const path = expand(identityagent);
  return typeof path === "string" ? path : undefined;
}
