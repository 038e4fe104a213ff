// The spool: output on disk, a folder for each run in the project's state folder, which outlives the process.
import { createHash } from "node:crypto";
import path from "node:path";
import type { Clock } from "../waiting/clock.ts";
import { DiskQueue } from "./append-file.ts";
import { DiskRoom } from "./disk-room.ts";
import { RunSpool } from "./run-spool.ts";
import { readRecords, type SpooledOutput } from "./spool-records.ts";

export interface SpoolOptions {
  readonly stateFolder: string;
  readonly clock: Clock;
  /** Bytes that are kept of one host in one step. */
  readonly hostLimitBytes: number;
  /** Bytes that are kept of all runs under way, but for a first megabyte of each host. */
  readonly limitBytes: number;
  /** Told, once a run, when its output cannot be written; the run itself goes on. */
  readonly onProblem: (message: string) => void;
}

export class Spool {
  readonly folder: string;
  readonly disk = new DiskQueue();
  readonly #options: SpoolOptions;
  readonly #room: DiskRoom;
  readonly #runs = new Map<string, RunSpool>();
  readonly #closing = new Map<string, Promise<unknown>>();

  constructor(options: SpoolOptions) {
    this.#options = options;
    this.#room = new DiskRoom(options.limitBytes);
    this.folder = path.join(options.stateFolder, "spool");
  }

  /** Where the output of a run goes, until `finish`. Nothing is on disk before there is some. */
  of(runId: string): RunSpool {
    const known = this.#runs.get(runId);
    if (known !== undefined) return known;
    const { clock, hostLimitBytes } = this.#options;
    const folder = this.#folderOf(runId);
    const onFailure = this.#tellOnce(runId);
    const spool = new RunSpool({
      folder,
      hostLimitBytes,
      room: this.#room,
      clock,
      disk: this.disk,
      onFailure,
    });
    this.#runs.set(runId, spool);
    return spool;
  }

  finish(runId: string): void {
    const spool = this.#runs.get(runId);
    if (spool === undefined) return;
    this.#runs.delete(runId);
    const closing = Promise.all([this.#closing.get(runId), spool.close()]);
    this.#closing.set(runId, closing);
    void closing.then(() => {
      if (this.#closing.get(runId) === closing) this.#closing.delete(runId);
    });
  }

  /** What is on disk of a run of any process; of one of this process all that it has printed so far. */
  async read(runId: string): Promise<readonly SpooledOutput[]> {
    await this.#closing.get(runId);
    await this.#runs.get(runId)?.flush();
    return readRecords(this.#folderOf(runId));
  }

  /** Resolves when all is on disk. */
  async dispose(): Promise<void> {
    for (const runId of this.#runs.keys()) this.finish(runId);
    await Promise.all(this.#closing.values());
  }

  #folderOf(runId: string): string {
    return path.join(this.folder, folderName(runId));
  }

  #tellOnce(runId: string): (error: unknown) => void {
    let isTold = false;
    return (error) => {
      if (isTold) return;
      isTold = true;
      const why = error instanceof Error ? error.message : String(error);
      this.#options.onProblem(
        `output cannot be kept on disk (${why}), so of run ${runId} only what memory holds will be shown - make room on the disk of ${this.folder}`,
      );
    };
  }
}

/** Ids are made by us; one that could be a path is no folder's name all the same. */
export function folderName(runId: string): string {
  if (/^[\w-]{1,100}$/u.test(runId)) return runId;
  return createHash("sha256").update(runId).digest("hex").slice(0, 32);
}
