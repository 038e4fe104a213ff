// Keeps what happened within its bounds on disk: when a process begins, and now and then as long as it goes on.
import { mkdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "./waiting/clock.ts";
import type { Journal } from "./journal/journal.ts";
import type { Owner } from "./journal/owner.ts";
import type { Keeping } from "./keeping.ts";
import { folderName } from "./output/spool.ts";
import { tidySpool } from "./output/tidy-spool.ts";

const INTERVAL_MS = 60 * 60 * 1000;

export interface TidyingOptions {
  readonly spoolFolder: string;
  readonly keeping: Keeping;
  readonly clock: Clock;
  readonly journal: () => Journal | undefined;
  readonly isAlive: (owner: Owner) => boolean;
  readonly onProblem: (message: string) => void;
}

export interface Tidying {
  /** Tidies in the background, unless some process of this project did so within the hour. */
  begin(): void;
  /** Resolves when nothing goes on. */
  dispose(): Promise<void>;
}

export function createTidying(options: TidyingOptions): Tidying {
  const { clock, onProblem } = options;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let work: Promise<void> = Promise.resolve();
  return {
    begin() {
      if (clock.now() - lookedAt < INTERVAL_MS) return;
      lookedAt = clock.now();
      work = work
        .then(() => tidyIfDue(options))
        .catch((error: unknown) => {
          const why = error instanceof Error ? error.message : String(error);
          onProblem(`old runs cannot be removed (${why}) - look at ${options.spoolFolder}`);
        });
    },
    dispose: () => work,
  };
}

async function tidyIfDue(options: TidyingOptions): Promise<void> {
  const { spoolFolder, keeping, clock, journal, isAlive } = options;
  const mark = path.join(spoolFolder, "tidied");
  const now = clock.now();
  const last = await stat(mark).catch(() => undefined); // never
  if (last !== undefined && Math.abs(now - last.mtimeMs) < INTERVAL_MS) return;
  await mkdir(spoolFolder, { recursive: true, mode: 0o700 });
  await writeFile(mark, "", { mode: 0o600 });
  journal()?.removeOldRuns({ keeping, now, isAlive });
  const underWay = new Set(journal()?.runsUnderWay(isAlive).map(folderName));
  await tidySpool(spoolFolder, { keeping, now, isUnderWay: (name) => underWay.has(name) });
}
