// Hosts: whom an operation is for, and how they are reached. A value; nothing is looked up or connected here.
import { HOSTS, hasBrand } from "../brand.ts";
import { ProgramError } from "../program-error.ts";

/** How to reach and enter a host. What is left out comes from ssh_config, then from OpenSSH's defaults. */
export interface Auth {
  /** Login name. */
  readonly user?: string;
  /** TCP port of sshd. */
  readonly port?: number;
  /** Path of a private key file; `~` is the home folder. Without one the agent and the default keys are tried. */
  readonly sshKey?: string;
  /** `"ssh"` (the default) or `"local"`, which runs on this machine. */
  readonly transport?: "ssh" | "local";
}

/** How much at once, and how long to wait. */
export interface Limits {
  /** Hosts worked on at the same time. Default 100. */
  readonly concurrency?: number;
  /** Milliseconds until a host that cannot be connected is `timedOut`. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds until a step on a host is stopped and `timedOut`. Default: none. */
  readonly stepTimeoutMs?: number;
}

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
    if (!Array.isArray(hosts)) {
      throw new ProgramError(
        "Hosts takes an array of host names as its second argument",
        'write new Hosts({}, ["alias"])',
      );
    }
    for (const host of hosts) checkName(host);
    this.auth = Object.freeze({ ...auth });
    this.hosts = Object.freeze([...new Set(hosts)]);
    this.limits = Object.freeze({ ...limits });
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
}

export function isHosts(value: unknown): value is Hosts {
  return hasBrand(value, HOSTS);
}

/** A `Hosts` again, from what a message or another copy of the library brought. */
export function hostsFrom(value: HostsValue): Hosts {
  return new Hosts(value.auth, value.hosts, value.limits);
}

function checkName(host: unknown): void {
  if (typeof host === "string" && host !== "") return;
  throw new ProgramError(
    `a host name is a string that is not empty, not ${JSON.stringify(host)}`,
    "look at the array given to new Hosts",
  );
}
