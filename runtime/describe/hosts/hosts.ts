// Hosts: whom an operation is for, and how they are reached. A value; nothing is looked up or connected here.
import { inspect } from "node:util";
import { HOSTS, hasBrand } from "../brand.ts";
import { ProgramError } from "../program-error.ts";
import { refuseUnknown } from "../refuse-unknown.ts";
import { checkLimits, type Limits } from "./limits.ts";
import { asSecret, type SecretValue } from "../secrets/secret.ts";
import { type Sudo, checkSudo, frozenSudo } from "./sudo.ts";

export type { Sudo } from "./sudo.ts";

/** How to reach and enter a host. What is left out comes from ssh_config, then from OpenSSH's defaults. */
export interface Auth {
  /** Login name. */
  readonly user?: string;
  /** TCP port of sshd. */
  readonly port?: number;
  /** Path of a private key file; `~` is the home folder. Without one the agent and the default keys are tried. */
  readonly sshKey?: string;
  /**
   * `"ssh"` (the default): Re-ops' own connections, and those of the system's `ssh` where only that can do it. `"openssh"`:
   * always the system's `ssh`. `"local"`: this machine itself.
   */
  readonly transport?: "ssh" | "openssh" | "local";
  /** The login password, as a `secret`; without one you are asked when the host takes nothing else. */
  readonly password?: SecretValue;
  /** Every step runs as another user: `true` as root, with a password that you are asked for when sudo asks for one. */
  readonly sudo?: boolean | Sudo;
}

const WAYS_IN: readonly (keyof Auth)[] = [
  "user",
  "port",
  "sshKey",
  "transport",
  "password",
  "sudo",
];
const TRANSPORTS: ReadonlySet<unknown> = new Set(["ssh", "openssh", "local"]);

/** A `Hosts` as it travels between processes. */
export interface HostsValue {
  readonly auth: Auth;
  readonly hosts: readonly string[];
  readonly limits: Limits;
}

/**
 * A group of hosts that share the way they are reached. A host listed twice is reached once.
 *
 * @example
 * const sandbox = new Hosts({ user: "re-ops", sshKey: "~/.ssh/id_ed25519" }, ["192.168.2.28", "192.168.2.27"]);
 * const { auth, hosts } = sandbox;
 */
export class Hosts implements HostsValue {
  readonly auth: Auth;
  readonly hosts: readonly string[];
  readonly limits: Limits;

  constructor(auth: Auth, hosts: readonly string[], limits: Limits = {}) {
    checkNames(hosts);
    checkAuth(auth);
    this.auth = Object.freeze(withSecrets(auth));
    this.hosts = Object.freeze([...new Set(hosts)]);
    this.limits = checkLimits(limits);
  }

  get [HOSTS](): true {
    return true;
  }

  /** The name of a `Hosts` of one. */
  get name(): string {
    const [only, ...others] = this.hosts;
    if (only === undefined || others.length > 0) {
      throw new ProgramError(
        `only a Hosts of one has a name, this one has ${String(this.hosts.length)}`,
        "write hs.first().name",
      );
    }
    return only;
  }

  /** A `Hosts` of the first host. */
  first(): Hosts {
    return this.only(this.hosts.slice(0, 1));
  }

  /** The same way in, for some of the hosts. */
  only(names: readonly string[]): Hosts {
    return new Hosts(this.auth, names, this.limits);
  }

  /**
   * The same hosts with other limits for whole runs; limits that are not named stay as they are.
   *
   * @example
   * await run(exec(hosts.with({ concurrency: 5, totalTimeoutMs: 60_000 }), "apt-get -y upgrade"), pretty("upgrade"));
   */
  with(limits: Limits): Hosts {
    return new Hosts(this.auth, this.hosts, { ...this.limits, ...checkLimits(limits) });
  }
}

export function isHosts(value: unknown): value is Hosts {
  return hasBrand(value, HOSTS);
}

/** A `Hosts` again, from what a message or another copy of the library brought. */
export function hostsFrom(value: HostsValue): Hosts {
  return new Hosts(value.auth, value.hosts, value.limits);
}

function checkNames(hosts: unknown): void {
  if (!Array.isArray(hosts)) {
    throw new ProgramError(
      "Hosts takes an array of host names as its second argument",
      'write new Hosts({}, ["alias"])',
    );
  }
  for (const [index, host] of hosts.entries()) {
    if (typeof host === "string" && host !== "") continue;
    throw new ProgramError(
      `host ${String(index + 1)} of ${String(hosts.length)} is ${describe(host)}, not a name`,
      "look at the array given to new Hosts",
    );
  }
}

function checkAuth(auth: Auth): void {
  if (typeof auth !== "object" || auth === null) {
    throw new ProgramError(
      `Hosts takes an object as its first argument, not ${describe(auth)}`,
      'write new Hosts({ user: "me" }, ["alias"]), or new Hosts({}, ["alias"])',
    );
  }
  refuseUnknown("way into a Hosts called", auth, WAYS_IN);
  const { user, sshKey, port, transport, password, sudo } = auth;
  checkWord("user", user);
  checkWord("sshKey", sshKey);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new ProgramError(`the port of a Hosts is ${describe(port)}`, "give 1 to 65535");
  }
  checkPassword(password);
  checkSudo(sudo);
  if (transport === undefined || TRANSPORTS.has(transport)) return;
  throw new ProgramError(
    `the transport of a Hosts is ${describe(transport)}`,
    'give "ssh", "openssh" or "local"',
  );
}

function checkWord(name: string, given: unknown): void {
  if (given === undefined || (typeof given === "string" && given !== "")) return;
  throw new ProgramError(`the ${name} of a Hosts is ${describe(given)}`, "give it as text");
}

function checkPassword(password: unknown): void {
  if (password === undefined || asSecret(password) !== undefined) return;
  throw new ProgramError(
    `the password of a Hosts is a ${typeof password}, not a secret`,
    'name it, as in { password: secret("login") }: its value must not stand in a file of yours',
  );
}

/** Secrets that a message brought are secrets again. */
function withSecrets(auth: Auth): Auth {
  const password = asSecret(auth.password);
  const sudo = typeof auth.sudo === "object" ? frozenSudo(auth.sudo) : auth.sudo;
  return { ...auth, ...(password && { password }), ...(sudo !== undefined && { sudo }) };
}

function describe(value: unknown): string {
  return inspect(value, { depth: 0 });
}
