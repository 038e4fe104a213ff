// Says in our words what went wrong on the way to a host, out of what sockets and ssh2 say.
import { ConnectionError, NeedsOpensshError } from "../../host-errors.ts";
import { DroppedError } from "./while-dropped.ts";

/** How far it got, as a person reads it after "while". */
export type Phase =
  | "looking up its name"
  | "connecting"
  | "waiting for its SSH banner"
  | "exchanging keys"
  | "logging in";

/** Why what carries a connection has ended, in words, and what to do next. */
export class CarrierError extends Error {
  override readonly name = "CarrierError";
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.next = next;
  }
}

interface Raw extends Error {
  readonly code?: string | number;
  readonly level?: string;
}

const START_SSHD = "start sshd there, or correct the port";
const CHECK_NAME = "correct the name, or add it to ssh_config, DNS or /etc/hosts";
const CHECK_NETWORK = "is the host up, and is there a route to it from here?";

/** What the operating system says: message and what to do. */
const SOCKET_FAILURES: Readonly<Record<string, readonly [string, string]>> = {
  ENOTFOUND: ["unknown host name", CHECK_NAME],
  EAI_AGAIN: ["the host name cannot be looked up now", "is the DNS server reachable?"],
  ECONNREFUSED: ["connection refused", START_SSHD],
  EHOSTUNREACH: ["no route to the host", CHECK_NETWORK],
  ENETUNREACH: ["no route to its network", CHECK_NETWORK],
  ETIMEDOUT: ["the network gave up", CHECK_NETWORK],
  EADDRNOTAVAIL: ["this machine cannot use that address", "correct BindAddress in ssh_config"],
};

/** `error` is undefined when the host closed the connection without a word. */
export function describeFailure(
  error: Raw | undefined,
  phase: Phase,
  { place }: { readonly place: string },
): ConnectionError {
  const cause = error === undefined ? {} : { cause: error };
  const [message, next] = SOCKET_FAILURES[codeOf(error)] ?? [];
  if (message !== undefined && next !== undefined) {
    return new ConnectionError("unreachable", `${message} (${place})`, next, cause);
  }
  if (error instanceof CarrierError) {
    return new ConnectionError(
      "unreachable",
      `${error.message} while ${phase} (${place})`,
      error.next,
      cause,
    );
  }
  const why = error === undefined || error.level === "client-socket" ? "" : `: ${error.message}`;
  if (/no matching|no mutual/iu.test(why)) {
    const message = `no algorithm in common while ${phase} (${place})${why}`;
    return new NeedsOpensshError("it has no algorithm in common with ssh2", message, cause);
  }
  if (phase === "logging in") {
    return new ConnectionError(
      "refused",
      `the host ended the connection while logging in (${place})${why}`,
      "too many keys may have been offered: name the right one with sshKey; or look at the log of sshd there",
      cause,
    );
  }
  const wasDropped = error === undefined || isHangUp(error);
  return new (wasDropped ? DroppedError : ConnectionError)(
    "unreachable",
    `the host ended the connection while ${phase} (${place})${why}`,
    "try again; sshd refuses too many logins at once (MaxStartups), and other servers do not speak SSH",
    cause,
  );
}

export function describeTimeout(
  phase: Phase,
  timeoutMs: number,
  { place }: { readonly place: string },
): ConnectionError {
  const next =
    phase === "connecting"
      ? "is the host up, and does a firewall drop the port?"
      : "log in by hand to see where it hangs; a busy host may need a longer connectTimeoutMs";
  return new ConnectionError(
    "timedOut",
    `timed out after ${timeoutMs / 1000} s while ${phase} (${place})`,
    next,
  );
}

/** It ended the connection with nothing that we could take offence at. */
function isHangUp(error: Raw): boolean {
  return (
    ["ECONNRESET", "EPIPE"].includes(codeOf(error)) ||
    error.message === "Connection lost before handshake"
  );
}

/** Of several addresses that failed, the last one speaks for all. */
function codeOf(error: Raw | undefined): string {
  if (error instanceof AggregateError) return codeOf(error.errors.at(-1) as Raw | undefined);
  return String(error?.code ?? "");
}
