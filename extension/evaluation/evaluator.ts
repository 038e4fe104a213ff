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
import type * as vscode from "vscode";
import type { ProjectConnection } from "../connection/project-connection.ts";
import type { InlineResults } from "../core/inline-results.ts";
import type { Marks } from "../core/marks.ts";

/** What is over sooner shows its result and never its pending mark, which would only flicker. */
const PENDING_AFTER_MS = 40;

/** Who has given up waiting must not find later that something ran on their hosts after all. */
const LONGEST_WAIT_MS = 30_000;

export class Evaluator {
  readonly #results: InlineResults;
  readonly #marks: Marks;
  readonly #underWay = new Map<string, ProjectConnection>();
  readonly #evaluating = new Set<string>();
  readonly #listeners = new Set<() => void>();

  constructor(results: InlineResults, marks: Marks) {
    this.#results = results;
    this.#marks = marks;
  }

  /** Sends the request in the same turn when there is a server, as soon as there is one otherwise. */
  async evaluate(
    connection: ProjectConnection,
    document: vscode.TextDocument,
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
    for (const [id, asked] of this.#underWay) {
      const { phase } = this.#results.get(id) ?? {};
      const waits = phase?.kind === "asked" && phase.waits;
      if (asked === connection && waits) this.#results.lose(id, `${NOT_BEGUN}: ${message}`);
    }
  }

  isUnderWay(id: string): boolean {
    return this.#underWay.has(id);
  }

  /** Stops these evaluations of this window. */
  async interrupt(ids: readonly string[]): Promise<readonly InterruptReport[]> {
    const asked = ids.flatMap((evaluationId) => {
      const server = this.#underWay.get(evaluationId)?.server;
      if (server !== undefined) return server.runtime.request(interrupt, { evaluationId });
      this.#results.lose(evaluationId, NOT_BEGUN);
      return [];
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
    const tooLate = setTimeout(() => {
      this.#results.lose(id, `${NOT_BEGUN}: no server within ${String(LONGEST_WAIT_MS / 1000)} s`);
    }, LONGEST_WAIT_MS);
    const server = await connection.whenConnected();
    clearTimeout(tooLate);
    const { phase } = this.#results.get(id) ?? {};
    if (phase?.kind === "asked") return server;
    throw new Error(phase?.kind === "lost" ? phase.message : NOT_BEGUN);
  }
}

const SERVER_ENDED = "the server ended meanwhile; Runs shows what became of it";
const NOT_BEGUN = "nothing was evaluated";

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
