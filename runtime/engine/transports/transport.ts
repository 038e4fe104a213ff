// What every way of reaching a host must offer: a connection that opens byte streams to a shell, and says why when it cannot.
import type { Duplex, Readable, Writable } from "node:stream";
import type { Auth } from "../../describe/hosts/hosts.ts";
import type { KnownAnswer } from "../questions/known-answer.ts";

/** One host as an operation names it, with how to reach it. */
export interface Target {
  readonly host: string;
  readonly auth: Auth;
  readonly connectTimeoutMs: number;
  /** The evaluation in whose name it is reached: its client is asked what has to be asked. */
  readonly evaluationId?: string | undefined;
  /** Wraps the time in which a person, or a silent host, is waited for: others may take its place among the hosts worked on at once. */
  readonly aside?: Aside;
  /** Reads the login password that the program names, instead of asking for it. Rejects with `ConnectionError`. */
  readonly password?: (place: string, signal: AbortSignal) => Promise<KnownAnswer>;
}

export type Aside = <T>(wait: () => Promise<T>, whom: "person" | "host") => Promise<T>;

/** Variables of whoever asks: PATH, HOME, SSH_AUTH_SOCK, RE_OPS_SSH_CONFIG. Nothing in the engine reads its own process's. */
export type Environment = Readonly<Record<string, string>>;

/** How a remote command ended: by exit code, by signal, or because sight of it was lost (both undefined). */
export interface Exit {
  readonly code?: number;
  readonly signal?: string;
}

/**
 * One command under way. `exit` resolves after both streams have ended, and never rejects. How the command ended it tells only
 * when they came whole: that it ended well may be known before the connection breaks and takes the last of its output along.
 */
export interface ByteStream {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exit: Promise<Exit>;
  /** The session in which the command runs besides the shell that leads it; without it the command leads one. */
  readonly session?: number | undefined;
  /** Gives the channel up without waiting; the remote process may live on. */
  close(): void;
}

/** Opens one command line on the host: `Connection.open`, or what stands before it. */
export type OpenLine = (line: string) => Promise<ByteStream>;

export interface Connection {
  /** `user@host:port` as messages name it. */
  readonly place: string;
  /** Resolves once, with the reason, when the connection is gone; never rejects. */
  readonly closed: Promise<string>;
  /**
   * Runs one command line, handed to the login shell (ssh) or `/bin/sh -c` (local).
   * Rejects with `ConnectionError`, `NoChannelError` or `LostError`.
   */
  open(commandLine: string): Promise<ByteStream>;
  /**
   * A byte stream to a port that this host reaches; absent where the transport has no such thing.
   * Rejects with `ConnectionError`, `NoChannelError` or `LostError`.
   */
  forward?(host: string, port: number): Promise<CarrierStream>;
  /** Resolves when the host has answered something, or the connection is gone; absent where one cannot die unnoticed. */
  ping?(): Promise<void>;
  /** Keeps (`true`) or releases (`false`) the process that holds this connection: idle connections must not keep a script alive. */
  hold(active: boolean): void;
  dispose(): void;
}

/** A target with all that decides whether a kept connection may serve it. */
export interface Route {
  /** Same identity: same connection, which is kept. Undefined: connecting costs nothing, and nothing is kept. */
  readonly identity: string | undefined;
  /** `user@host:port` as messages name it. */
  readonly place: string;
  /** `user@host:port` as questions name it, whatever the way, where `place` says more than that. */
  readonly account?: string;
  /** The way to the jump host over which this one is reached. */
  readonly via?: Route | undefined;
  /**
   * `gate` is the jump host of `via`, connected. Rejects with `ConnectionError` for everything that can go wrong with the host;
   * with the signal's reason when aborted.
   */
  connect(timeoutMs: number, signal: AbortSignal, gate?: Gate): Promise<Connection>;
}

export type CarrierStream = Duplex & { readonly bytesRead: number };

/** What carries an SSH connection: a socket, a stream through a jump host, the ends of a command. */
export interface Carrier {
  readonly stream: CarrierStream;
  /** As `Connection.hold`. */
  readonly hold: (active: boolean) => void;
}

/** A jump host that is connected, as those see it who pass through it. */
export interface Gate {
  /** `user@host:port`. */
  readonly place: string;
  /** Rejects with `ConnectionError`, or with the signal's reason. */
  pass(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<Carrier>;
  /** Waits until few enough shake hands through it; gives how to let the next one in. Rejects with the signal's reason. */
  takeTurn(signal: AbortSignal): Promise<() => void>;
}

export interface Transport {
  readonly name: string;
  /** Finds out how the target is reached, without touching the network. Rejects with `ConnectionError`. */
  route(target: Target): Promise<Route>;
  /** Does beforehand what can be done without the network, so that a fan-out need not. */
  warm(targets: readonly Target[]): Promise<void>;
}
