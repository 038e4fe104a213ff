// The connection to the server of one project folder: finds it, starts it, and finds it again when it was lost.
import type { Duplex } from "node:stream";
import type { ServerConnection } from "re-ops/client";
import type { Status } from "re-ops/protocol";
import { type ConnectionState, retryDelayMs } from "../core/connection-state.ts";

/** A server that stays less long than this was no success. */
const STABLE_MS = 10_000;

export interface ConnectionTools {
  /** Finds or starts the server. */
  connect(project: string, signal: AbortSignal): Promise<ServerConnection>;
  /** Called at once with every new connection, before anything is sent. */
  greet(connection: ProjectConnection, server: ServerConnection): void;
  onStateChange(connection: ProjectConnection): void;
  /** Resolves early, and never rejects, when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds from any start. */
  now(): number;
}

export class ProjectConnection {
  readonly project: string;
  readonly #tools: ConnectionTools;
  readonly #ending = new AbortController();
  #hurry = new AbortController();
  #state: ConnectionState = { kind: "connecting" };
  #server: ServerConnection | undefined;
  #nextServer = Promise.withResolvers<ServerConnection>();
  #failures = 0;

  constructor(project: string, tools: ConnectionTools) {
    this.project = project;
    this.#tools = tools;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Undefined while there is none; `whenConnected` waits for one. */
  get server(): ServerConnection | undefined {
    return this.#server;
  }

  /** Never rejects; never resolves after `dispose`. */
  whenConnected(): Promise<ServerConnection> {
    return this.#server === undefined ? this.#nextServer.promise : Promise.resolve(this.#server);
  }

  /** A stream to the door for language features, as soon as there is a server that opens one. */
  async openLanguageDoor(): Promise<Duplex> {
    const server = await this.whenConnected();
    return server.openLsp();
  }

  /** Keeps a connection until `dispose`. */
  async keep(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      this.#hurry = new AbortController(); // Made before the try: who asks in its midst may have mended what it fails by.
      const startedAt = this.#tools.now();
      const message = await this.#connectOnce(signal);
      if (signal.aborted) return;
      const wasStable = this.#tools.now() - startedAt > STABLE_MS;
      this.#failures = wasStable ? 1 : this.#failures + 1;
      this.#setState({ kind: "lost", attempts: this.#failures, message });
      await this.#tools.wait(
        retryDelayMs(this.#failures),
        AbortSignal.any([signal, this.#hurry.signal]),
      );
    }
  }

  /** Somebody wants it now: the next try does not wait. */
  hurry(): void {
    this.#hurry.abort();
  }

  told(status: Status): void {
    if (this.#server !== undefined) this.#setState({ kind: "ready", status });
  }

  dispose(): void {
    this.#ending.abort();
    this.#hurry.abort();
    this.#server?.dispose();
    this.#server = undefined;
  }

  /** Resolves when the connection is over, with why. */
  async #connectOnce(signal: AbortSignal): Promise<string> {
    try {
      const server = await this.#tools.connect(this.project, signal);
      if (signal.aborted) {
        server.dispose();
        return "the window closes";
      }
      this.#welcome(server);
      await server.closed;
      server.dispose();
      return "the server ended";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      this.#server = undefined;
    }
  }

  #welcome(server: ServerConnection): void {
    this.#server = server;
    const waiting = this.#nextServer;
    this.#nextServer = Promise.withResolvers<ServerConnection>();
    this.#tools.greet(this, server);
    this.#setState({ kind: "ready", status: undefined });
    waiting.resolve(server);
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#tools.onStateChange(this);
  }
}
