// The journal's tables and their migrations, in order; `user_version` counts those that were applied.
import type { DatabaseSync } from "node:sqlite";

const MIGRATIONS = [
  `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    file TEXT, line INTEGER, "column" INTEGER,
    evaluation_id TEXT,
    parent_id TEXT,
    owner_pid INTEGER NOT NULL,
    owner_started TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    state TEXT NOT NULL,
    message TEXT
  ) STRICT;
  CREATE INDEX runs_by_time ON runs (started_at DESC);
  CREATE TABLE steps (
    run_id TEXT NOT NULL REFERENCES runs (id),
    step INTEGER NOT NULL,
    label TEXT NOT NULL,
    operation TEXT NOT NULL,
    hosts TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    PRIMARY KEY (run_id, step)
  ) STRICT;
  CREATE TABLE results (
    run_id TEXT NOT NULL REFERENCES runs (id),
    step INTEGER NOT NULL,
    host TEXT NOT NULL,
    kind TEXT NOT NULL,
    ms REAL,
    code INTEGER,
    signal TEXT,
    message TEXT,
    next TEXT,
    cut INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER NOT NULL,
    PRIMARY KEY (run_id, step, host)
  ) STRICT, WITHOUT ROWID;
  `,
];

/** Brings a database to the newest version; several processes may do so at once. */
export function migrate(database: DatabaseSync): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    const row = database.prepare("PRAGMA user_version").get();
    const version = Number(row?.["user_version"] ?? 0);
    if (version > MIGRATIONS.length) {
      throw new Error(
        `the journal was written by a newer Re-ops (version ${String(version)}); update Re-ops`,
      );
    }
    for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${String(MIGRATIONS.length)}`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
