// The runs that clients are shown: those of this process as they stand, all others as the journal tells them.
import type { RunDetail } from "../../protocol/runs.ts";
import type { JournalledRun } from "../journal/read-runs.ts";
import type { Owner } from "../journal/owner.ts";
import type { RunRecord } from "./run-record.ts";

/** Finished runs of this process that are kept in memory with their output. */
const KEPT_RUNS = 500;

export class RunRecords {
  readonly #records = new Map<string, RunRecord>();

  /** Returns the run that was forgotten to make room, if one was. */
  add(record: RunRecord): RunRecord | undefined {
    this.#records.set(record.id, record);
    if (this.#records.size <= KEPT_RUNS) return undefined;
    for (const [id, old] of this.#records) {
      if (old.state === "running") continue;
      this.#records.delete(id);
      return old;
    }
    return undefined;
  }

  get(id: string): RunRecord | undefined {
    return this.#records.get(id);
  }

  /** Joins what the journal tells with what this process knows better. */
  merge(
    journalled: readonly JournalledRun[],
    isAlive: (owner: Owner) => boolean,
  ): readonly RunDetail[] {
    return journalled.map((run) => {
      const record = this.#records.get(run.header.id);
      if (record) return { header: record.header(), hosts: [...record.hosts()] };
      const lost = run.header.state === "running" && !isAlive(run.owner);
      return lost ? asUnknown(run) : { header: run.header, hosts: [...run.hosts] };
    });
  }
}

/** The owner died: what has no end in the journal is not known, and never shown as running. */
function asUnknown({ header, hosts, owner }: JournalledRun): RunDetail {
  const { total, ok, failed, running } = header.counts;
  return {
    header: {
      ...header,
      state: "unknown",
      counts: { total, ok, failed: failed + running, running: 0 },
      message: `process ${String(owner.pid)}, which ran it, ended without writing how it went`,
    },
    hosts: hosts.map((host) =>
      host.state === "running"
        ? {
            ...host,
            state: "unknown",
            message: "its end was not seen",
            next: "look on the host whether the command still runs",
          }
        : host,
    ),
  };
}
