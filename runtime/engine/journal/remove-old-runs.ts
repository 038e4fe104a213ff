// Removes runs from the journal: those that are old, and the oldest when there are too many.
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Keeping } from "../keeping.ts";
import type { Owner } from "./owner.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Nobody waits long for the journal: what is left is removed the next time. */
const AT_ONCE = 500;

const rowSchema = z.object({
  id: z.string(),
  state: z.string(),
  owner_pid: z.number(),
  owner_started: z.string(),
});

export interface OldRuns {
  readonly keeping: Pick<Keeping, "runs" | "runDays">;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly isAlive: (owner: Owner) => boolean;
}

export function removeOldRuns(database: DatabaseSync, { keeping, now, isAlive }: OldRuns): void {
  const rows = database
    .prepare(
      `SELECT id, state, owner_pid, owner_started FROM runs
       WHERE started_at < $oldest OR rowid NOT IN (SELECT rowid FROM runs ORDER BY started_at DESC, rowid DESC LIMIT $runs)
       ORDER BY started_at LIMIT ${String(AT_ONCE)}`,
    )
    .all({ $oldest: now - keeping.runDays * DAY_MS, $runs: keeping.runs });
  const old = z
    .array(rowSchema)
    .parse(rows)
    .filter((run) => run.state !== "running" || !isAlive(ownerOf(run)));
  if (old.length === 0) return;
  const removals = ["results WHERE run_id", "steps WHERE run_id", "runs WHERE id"].map((where) =>
    database.prepare(`DELETE FROM ${where} = ?`),
  );
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const { id } of old) for (const removal of removals) removal.run(id);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/** The ids of runs that processes which are alive have not ended. */
export function runsUnderWay(database: DatabaseSync, isAlive: OldRuns["isAlive"]): string[] {
  const rows = database
    .prepare("SELECT id, state, owner_pid, owner_started FROM runs WHERE state = 'running'")
    .all();
  return z
    .array(rowSchema)
    .parse(rows)
    .filter((run) => isAlive(ownerOf(run)))
    .map(({ id }) => id);
}

function ownerOf(row: z.infer<typeof rowSchema>): Owner {
  return { pid: row.owner_pid, startedAt: row.owner_started };
}
