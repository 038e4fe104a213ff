// How reaching a host, or starting something there, goes wrong; the engine makes outcomes of these.
import type { FailureKind } from "../describe/pipelines/outcome.ts";

type ConnectionFailureKind = Extract<FailureKind, "unreachable" | "refused" | "timedOut">;

/** Why a host could not be reached or let us in: becomes that host's failure, never an exception of the user's program. */
export class ConnectionError extends Error {
  readonly kind: ConnectionFailureKind;
  readonly next: string;

  constructor(kind: ConnectionFailureKind, message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ConnectionError";
    this.kind = kind;
    this.next = next;
  }
}

/** What ssh2 cannot do, but the system's ssh can. */
export class NeedsOpensshError extends ConnectionError {
  /** Completes "the system's ssh is needed, because …". */
  readonly because: string;

  constructor(because: string, message: string, options?: ErrorOptions) {
    super("refused", message, 'reach it by the system\'s ssh: transport "openssh"', options);
    this.because = because;
  }
}

/** The host has refused a command, and not started it. */
export class CommandRefusedError extends ConnectionError {
  constructor(place: string, options?: ErrorOptions) {
    super(
      "refused",
      `the host does not run commands (${place})`,
      "look for restrictions in authorized_keys and sshd_config there",
      options,
    );
  }
}

/** The host opens no further channel on this connection for now (sshd: MaxSessions); it may when another one ends. */
export class NoChannelError extends Error {
  override readonly name = "NoChannelError";
}

/** The connection broke while a command was being started on it. */
export class LostError extends Error {
  override readonly name: string = "LostError";
  /** False: the host never saw the command, so starting it anew is safe. */
  readonly commandSent: boolean;

  constructor(message: string, commandSent: boolean) {
    super(message);
    this.commandSent = commandSent;
  }
}

/** The host has not answered in time when a command was started; the connection may live. */
export class SilentError extends LostError {
  override readonly name = "SilentError";
  readonly place: string;
  readonly silentMs: number;

  constructor(place: string, silentMs: number) {
    super(`no answer for ${silentMs / 1000} s when a command was started`, true);
    this.place = place;
    this.silentMs = silentMs;
  }
}
