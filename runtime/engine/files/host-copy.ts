// Copies of one step: for each host what its script is, what it reads, where its output goes, and what came of it.
import path from "node:path";
import type { Readable } from "node:stream";
import type { Copied } from "../../describe/pipelines/outcome.ts";
import type { TransferDescription } from "../../port.ts";
import { buildDownloadScript } from "./download-script.ts";
import { Download } from "./download.ts";
import { hostFolder } from "./host-folder.ts";
import { type LocalPlaces, resolveLocal } from "./local-path.ts";
import { LocalObstacle, asObstacle } from "./obstacle.ts";
import { type Source, openSource } from "./source.ts";
import type { Tally } from "./tally.ts";
import { buildUploadScript } from "./upload-script.ts";

export interface HostCopy {
  readonly script: string;
  readonly input?: () => Readable;
  /** Takes standard output instead of those who show it; a promise asks to wait. */
  readonly takeOutput?: (chunk: Buffer) => Promise<void> | undefined;
  /** Aborted when this machine cannot go on. */
  readonly signal?: AbortSignal;
  /** The script has ended well; `out` is what it said. Throws `LocalObstacle`. */
  finish(out: string): Promise<Copied>;
  /** It has not: leaves nothing behind, and says what on this machine was the cause, if it was. */
  abandon(): Promise<LocalObstacle | undefined>;
}

/** Makes the copies of a step, one for each host. */
export type OpenCopy = (host: string) => HostCopy;

/** Throws `LocalObstacle` when there is nothing to copy on this machine. */
export async function openCopies(
  transfer: TransferDescription,
  places: LocalPlaces & { readonly now: () => number },
): Promise<OpenCopy> {
  const local = resolveLocal(transfer.local, places);
  if (transfer.direction === "from") {
    return (host) => openDownload(transfer, path.join(local, hostFolder(host)), places.now());
  }
  const source = await openSource(local, transfer.mode);
  return () => openUpload(transfer, source);
}

function openUpload({ remote, times = false }: TransferDescription, source: Source): HostCopy {
  let obstacle: LocalObstacle | undefined;
  let tally: Tally | undefined;
  return {
    script: buildUploadScript(source, { remote, times }),
    input: () => {
      const opened = source.open();
      opened.stream.on("error", (error) => {
        obstacle = asObstacle(error, "read what is copied");
      });
      ({ tally } = opened);
      return opened.stream;
    },
    finish: (out) => {
      if (tally === undefined) throw new Error("a copy ended well that never began");
      return Promise.resolve(tally.at(out));
    },
    abandon: () => Promise.resolve(obstacle),
  };
}

function openDownload(
  { remote, mode, times = false }: TransferDescription,
  folder: string,
  now: number,
): HostCopy {
  const download = new Download({ folder, name: path.posix.basename(remote), mode, times, now });
  return {
    script: buildDownloadScript(remote, times),
    takeOutput: (chunk) => download.take(chunk),
    signal: download.signal,
    finish: () => download.finish(),
    async abandon() {
      const reason: unknown = download.signal.reason;
      try {
        await download.abandon();
      } catch (error) {
        return asObstacle(error, "remove what was copied so far");
      }
      return reason instanceof LocalObstacle ? reason : undefined;
    },
  };
}
