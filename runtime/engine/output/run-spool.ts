// The spool of one run: small outputs gathered in one file, which also tells where those are that have files of their own.
import path from "node:path";
import type { Clock } from "../waiting/clock.ts";
import { AppendFile, type DiskQueue } from "./append-file.ts";
import type { DiskRoom } from "./disk-room.ts";
import type { FileRange } from "./file-range.ts";
import { HostFiles } from "./host-files.ts";
import { HOST_LIMIT_BYTES } from "./limits.ts";
import { RECORDS_FILE, type SpoolRecord, writeRecord } from "./spool-records.ts";

/** Small outputs are gathered so long, or up to so many bytes, before they are written: a thousand hosts are a few writes. */
const GATHER_MS = 100;
const GATHER_BYTES = 256 * 1024;

export interface RunSpoolOptions {
  readonly folder: string;
  /** Bytes that are kept of one host in one step. */
  readonly hostLimitBytes: number;
  /** Shared by all runs under way. */
  readonly room: DiskRoom;
  readonly clock: Clock;
  readonly disk: DiskQueue;
  readonly onFailure: (error: unknown) => void;
}

export type SmallOutput = Readonly<Record<"out" | "err", Buffer>>;

interface Waiting {
  readonly output: Readonly<Record<"out" | "err", FileRange>>;
  readonly resolve: (kept: Waiting["output"] | undefined) => void;
}

export class RunSpool {
  readonly #options: RunSpoolOptions;
  readonly #records: AppendFile;
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  /** Of the file, with what was gathered. */
  #end = 0;
  #waiting: Waiting[] = [];
  #callOff: (() => void) | undefined;
  #folders = 0;
  #taken = 0;

  constructor(options: RunSpoolOptions) {
    const { folder, disk, onFailure } = options;
    this.#options = options;
    this.#records = new AppendFile(path.join(folder, RECORDS_FILE), disk, onFailure);
  }

  /** Keeps an output that is over; resolves with where it is, or with nothing when it could not be written. */
  keep(
    step: number,
    host: string,
    { out, err }: SmallOutput,
  ): Promise<Waiting["output"] | undefined> {
    this.#add(writeRecord({ step, host, out: out.length, err: err.length }));
    const { path: file } = this.#records;
    const place = {
      out: { file, start: this.#end, bytes: out.length },
      err: { file, start: this.#end + out.length, bytes: err.length },
    };
    this.#add(out);
    this.#add(err);
    return new Promise((resolve) => {
      this.#waiting.push({ output: place, resolve });
      if (this.#gatheredBytes > GATHER_BYTES) void this.flush();
      else this.#callOff ??= this.#options.clock.after(GATHER_MS, () => void this.flush());
    });
  }

  /** Files for the output of a host that is under way. */
  openFiles(step: number, host: string): HostFiles {
    const { folder, hostLimitBytes, disk, onFailure } = this.#options;
    this.#folders += 1;
    const name = `${String(step)}-${String(this.#folders)}-${plainName(host)}`;
    this.#tell({ step, host, folder: name });
    return new HostFiles(
      path.join(folder, name),
      hostLimitBytes,
      this.#takeForHost(),
      disk,
      onFailure,
    );
  }

  /** The output in these files is over. */
  endFiles(step: number, host: string, { folder }: HostFiles, lost: number): void {
    this.#tell({ step, host, folder: path.basename(folder), lost });
  }

  /** Resolves when all that was gathered is on disk, or is known not to get there; never rejects. */
  async flush(): Promise<void> {
    this.#callOff?.();
    this.#callOff = undefined;
    const waiting = this.#waiting;
    const bytes = Buffer.concat(this.#gathered);
    this.#waiting = [];
    this.#gathered = [];
    this.#gatheredBytes = 0;
    void this.#records.write(bytes);
    await this.#records.flush();
    for (const { output, resolve } of waiting)
      resolve(this.#records.hasFailed ? undefined : output);
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#records.close();
    this.#options.room.giveBack(this.#taken);
    this.#taken = 0;
  }

  #takeForHost(): (bytes: number) => number {
    let sure = HOST_LIMIT_BYTES; // However little room is left: as much as memory holds.
    return (bytes) => {
      const own = Math.min(bytes, sure);
      const shared = this.#options.room.take(bytes - own);
      sure -= own;
      this.#taken += shared;
      return own + shared;
    };
  }

  #tell(record: SpoolRecord): void {
    this.#add(writeRecord(record));
    this.#callOff ??= this.#options.clock.after(GATHER_MS, () => void this.flush());
  }

  #add(bytes: Buffer): void {
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    this.#end += bytes.length;
  }
}

const LONGEST_NAME = 60;

/** A host's name as part of a file's: whoever looks into the spool finds it. */
function plainName(host: string): string {
  return host.replaceAll(/[^\w.-]+/gu, "_").slice(0, LONGEST_NAME);
}
