// From a key press to a request, and from the answer to the store of inline results.
import { randomUUID } from "node:crypto";
import type { ServerConnection } from "re-ops/client";
import {
  type EvaluateRequest,
  type EvaluateResult,
  type EvaluationMode,
  type InterruptReport,
  type Range,
  interrupt,
} from "re-ops/protocol";
import type { ProjectConnection } from "../connection/project-connection.ts";
import type { InlineResults } from "../core/inline-results.ts";
import type { Marks } from "../core/marks.ts";

/** What is over sooner shows its result and never its pending mark, which would only flicker. */
const PENDING_AFTER_MS = 40;

/** Who has given up waiting must not find later that something ran on their hosts after all. */
const LONGEST_WAIT_MS = 30_000;

/** Of an editor's document, what an evaluation needs. */
export interface EvaluatedDocument {
  readonly uri: { readonly fsPath: string };
  getText(): string;
}

interface Waiting {
  readonly connection: ProjectConnection;
  giveUp(why: Error): void;
}

export class Evaluator {
  readonly #results: InlineResults;
  readonly #marks: Marks;
  readonly #underWay = new Map<string, ProjectConnection>();
  /** Those under way that have no server yet. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #evaluating = new Set<string>();
  readonly #listeners = new Set<() => void>();

  constructor(results: InlineResults, marks: Marks) {
    this.#results = results;
    this.#marks = marks;
  }

  /** Sends the request in the same turn when there is a server, as soon as there is one otherwise. */
  async evaluate(
    connection: ProjectConnection,
    document: EvaluatedDocument,
    mode: EvaluationMode,
    selection: Range,
  ): Promise<EvaluateResult | undefined> {
    const evaluationId = randomUUID();
    const file = document.uri.fsPath;
    const { server } = connection;
    const waits = server === undefined;
    this.#marks.note(evaluationId, "asked");
    this.#results.begin({ id: evaluationId, file, mode, range: selection, waits });
    this.#underWay.set(evaluationId, connection);
    const params = { evaluationId, file, text: document.getText(), selection, mode };
    try {
      return await this.#ask(server ?? (await this.#waitFor(connection, evaluationId)), params);
    } catch (error) {
      const ended = server !== undefined && connection.server !== server;
      this.#results.lose(evaluationId, ended ? SERVER_ENDED : messageOf(error));
      return undefined;
    } finally {
      this.#underWay.delete(evaluationId);
      if (this.#evaluating.delete(evaluationId)) this.#tell();
    }
  }

  /** Called when `evaluating` has changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Evaluations of this window that are not over, but for those that may be in a moment. */
  get evaluating(): ReadonlySet<string> {
    return this.#evaluating;
  }

  /** The server says which form an evaluation takes. */
  started(id: string, range: Range): void {
    this.#marks.note(id, "started");
    setTimeout(() => {
      this.#results.start(id, range);
      if (!this.#underWay.has(id)) return;
      this.#evaluating.add(id);
      this.#tell();
    }, PENDING_AFTER_MS);
  }

  /** There will be no server soon: what waits for one is told why, rather than left to begin at any time. */
  giveUpWaiting(connection: ProjectConnection, message: string): void {
    for (const waiting of this.#waiting.values()) {
      if (waiting.connection === connection) waiting.giveUp(new Error(`${NOT_BEGUN}: ${message}`));
    }
  }

  isUnderWay(id: string): boolean {
    return this.#underWay.has(id);
  }

  /** Stops these evaluations of this window. */
  async interrupt(ids: readonly string[]): Promise<readonly InterruptReport[]> {
    const asked = ids.flatMap((evaluationId) => {
      this.#waiting.get(evaluationId)?.giveUp(new Error(NOT_BEGUN));
      const server = this.#underWay.get(evaluationId)?.server;
      return server === undefined ? [] : [server.runtime.request(interrupt, { evaluationId })];
    });
    return Promise.all(asked);
  }

  /** Stops every evaluation of this window; when it has none, whatever keeps the live processes busy. */
  async interruptAll(
    connections: readonly ProjectConnection[],
  ): Promise<readonly InterruptReport[]> {
    if (this.#underWay.size > 0) return this.interrupt([...this.#underWay.keys()]);
    const servers = connections.flatMap(({ server }) => server ?? []);
    return Promise.all(servers.map(({ runtime }) => runtime.request(interrupt, {})));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  async #ask(server: ServerConnection, params: EvaluateRequest): Promise<EvaluateResult> {
    const result = await server.evaluate(params);
    this.#marks.note(params.evaluationId, "answered");
    this.#results.settle(params.evaluationId, result);
    return result;
  }

  async #waitFor(connection: ProjectConnection, id: string): Promise<ServerConnection> {
    connection.hurry();
    const { promise: givenUp, reject: giveUp } = Promise.withResolvers<never>();
    this.#waiting.set(id, { connection, giveUp });
    const tooLate = setTimeout(() => {
      giveUp(new Error(`${NOT_BEGUN}: no server within ${String(LONGEST_WAIT_MS / 1000)} s`));
    }, LONGEST_WAIT_MS);
    try {
      const server = await Promise.race([connection.whenConnected(), givenUp]);
      // Its file was closed meanwhile: nobody would see what came of it.
      if (this.#results.get(id) === undefined) throw new Error(NOT_BEGUN);
      return server;
    } finally {
      clearTimeout(tooLate);
      this.#waiting.delete(id);
    }
  }
}

const SERVER_ENDED = "the server ended meanwhile; Runs shows what became of it";
const NOT_BEGUN = "nothing was evaluated";

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
