// The journal: what happened, append-only. A run is written before its first step, each host's end after it; nobody reads it to decide.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { codeOf } from "../../describe/pipelines/outcome.ts";
import type { RunDescription, StepDescription, StepResult } from "../../port.ts";
import type { RunState } from "../../protocol/runs.ts";
import type { Owner } from "./owner.ts";
import { migrate } from "./schema.ts";
import { readRuns, type JournalledRun } from "./read-runs.ts";
import { readSteps, type JournalledStep } from "./read-steps.ts";
import { type OldRuns, removeOldRuns, runsUnderWay } from "./remove-old-runs.ts";

export class Journal {
  readonly #database: DatabaseSync;
  readonly #owner: Owner;
  readonly #statements: Record<"startRun" | "startStep" | "endHost" | "endRun", StatementSync>;

  constructor(stateFolder: string, owner: Owner) {
    mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
    this.#database = openDatabase(join(stateFolder, "journal.sqlite"));
    this.#owner = owner;
    this.#statements = prepareAll(this.#database);
  }

  startRun(run: RunDescription, at: number): void {
    const { place } = run;
    this.#statements.startRun.run(
      run.id,
      run.title,
      place?.file ?? null,
      place?.line ?? null,
      place?.column ?? null,
      run.evaluationId ?? null,
      run.parentId ?? null,
      this.#owner.pid,
      this.#owner.startedAt,
      at,
    );
  }

  startStep(step: StepDescription, at: number): void {
    this.#statements.startStep.run(
      step.runId,
      step.index,
      step.label,
      step.operation,
      JSON.stringify(step.target.hosts),
      at,
    );
  }

  endHost(runId: string, index: number, result: StepResult, cut: number, at: number): void {
    const failure = result.kind === "success" ? undefined : result;
    const code = result.kind === "success" ? codeOf(result.value) : result.code;
    this.#statements.endHost.run(
      runId,
      index,
      result.host,
      result.kind,
      result.ms ?? null,
      code ?? null,
      failure?.signal ?? null,
      failure?.message ?? null,
      failure?.next ?? null,
      cut,
      at,
    );
  }

  endRun(runId: string, state: RunState, message: string | undefined, at: number): void {
    this.#statements.endRun.run(at, state, message ?? null, runId);
  }

  /** The newest runs of all processes of this project, newest first. */
  newestRuns(limit: number): readonly JournalledRun[] {
    return readRuns(this.#database, limit);
  }

  /** How the steps of a run of any process went on a host, in order. */
  stepsOf(runId: string, host: string): readonly JournalledStep[] {
    return readSteps(this.#database, runId, host);
  }

  removeOldRuns(old: OldRuns): void {
    removeOldRuns(this.#database, old);
  }

  /** The ids of runs that processes which are alive have not ended. */
  runsUnderWay(isAlive: OldRuns["isAlive"]): readonly string[] {
    return runsUnderWay(this.#database, isAlive);
  }

  close(): void {
    this.#database.close();
  }
}

function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5000 });
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    const why = error instanceof Error ? error.message : String(error);
    const next = "when it is damaged, move it away, and Re-ops begins a new one";
    throw new Error(`the journal ${file} cannot be used: ${why}; ${next}`, { cause: error });
  }
}

function prepareAll(database: DatabaseSync) {
  return {
    startRun: database.prepare(
      `INSERT INTO runs (id, title, file, line, "column", evaluation_id, parent_id, owner_pid, owner_started, started_at, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running')`,
    ),
    startStep: database.prepare(
      "INSERT INTO steps (run_id, step, label, operation, hosts, started_at) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    endHost: database.prepare(
      `INSERT INTO results (run_id, step, host, kind, ms, code, signal, message, next, cut, ended_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    endRun: database.prepare("UPDATE runs SET ended_at = ?, state = ?, message = ? WHERE id = ?"),
  };
}
