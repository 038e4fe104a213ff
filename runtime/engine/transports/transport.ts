// What every way of reaching a host must offer: a connection that opens byte streams to a shell, and says why when it cannot.
import type { Readable, Writable } from "node:stream";
import type { Auth } from "../../describe/hosts/hosts.ts";
import type { FailureKind } from "../../describe/pipelines/outcome.ts";

/** One host as an operation names it, with how to reach it. */
export interface Target {
  readonly host: string;
  readonly auth: Auth;
  readonly connectTimeoutMs: number;
}

/** How a remote command ended: by exit code, by signal, or because sight of it was lost (both undefined). */
export interface Exit {
  readonly code?: number;
  readonly signal?: string;
}

/** One command under way. `exit` resolves after both streams have ended; it never rejects. */
export interface ByteStream {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exit: Promise<Exit>;
  /** Gives the channel up without waiting; the remote process may live on. */
  close(): void;
}

export interface Connection {
  /** Resolves once, with the reason, when the connection is gone; never rejects. */
  readonly closed: Promise<string>;
  /** Runs one command line, handed to the login shell (ssh) or `/bin/sh -c` (local). Rejects with `ConnectionError`. */
  open(commandLine: string, signal: AbortSignal): Promise<ByteStream>;
  /** Keeps (`true`) or releases (`false`) the process that holds this connection: idle connections must not keep a script alive. */
  hold(active: boolean): void;
  dispose(): void;
}

export interface Transport {
  readonly name: string;
  /** Rejects with `ConnectionError` for everything that can go wrong with the host; with the signal's reason when aborted. */
  connect(target: Target, signal: AbortSignal): Promise<Connection>;
  dispose(): Promise<void>;
}

/** Why a host could not be reached or let us in: becomes that host's failure, never an exception of the user's program. */
export class ConnectionError extends Error {
  readonly kind: Extract<FailureKind, "unreachable" | "refused" | "timedOut">;
  readonly next: string;

  constructor(
    kind: Extract<FailureKind, "unreachable" | "refused" | "timedOut">,
    message: string,
    next: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ConnectionError";
    this.kind = kind;
    this.next = next;
  }
}
