// Starts a server that outlives its client, with its words in a log file that errors can name.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { serverLogFile } from "../project/server-record.ts";
import { type Environment, makePrivateFolder } from "../project/state-folder.ts";
import { chooseNode, type NodeChoice } from "./choose-node.ts";
import { copyServer, readServerHash, removeUnusedCopies } from "./server-copy.ts";

/**
 * Logins and steps leave much short-lived garbage. V8's own choice lets the young part of it grow by 17 MB for a hundred logins,
 * and what grows old to four times what lives (100 MB for a thousand hosts) before it collects; here it is 1.8 times.
 */
const SMALL_HEAP = ["--max-semi-space-size=2", "--heap-growing-percent=80"];

/** Each name that no DNS server answers holds one of libuv's threads for seconds: with its own choice, four, the others wait. */
const THREADS = { UV_THREADPOOL_SIZE: "16" };

export interface ServerFiles {
  /** `server.mjs`, or in development `language-server/main.ts`. */
  readonly serverEntry: string;
  /** The live process; without it `live.mjs` beside the server. */
  readonly liveEntry?: string;
  /** The types of `re-ops` that a project gets where nothing is installed. */
  readonly typesFolder?: string;
  /** Copies the folder of `serverEntry` and runs from there: for a folder that an update may delete. */
  readonly runFromCopy?: boolean;
}

export interface StartOptions extends ServerFiles {
  readonly projectFolder: string;
  readonly stateFolder: string;
  readonly node: NodeChoice;
  readonly environment: Environment;
  /** How long a server stays when nobody is connected and nothing runs; without it the server's own choice. */
  readonly idleMs?: number;
}

/** A server on its way; the lock decides whether it is the one. */
export interface StartedServer {
  /** Resolves when its process has ended, with its exit code; 0 when another server has the lock. */
  readonly ended: Promise<number>;
  /** What it has said so far, from its first line on. */
  said(): string;
}

const LARGEST_LOG_BYTES = 1_000_000;
const MOST_SAID_BYTES = 2000;

export async function startServer(options: StartOptions): Promise<StartedServer> {
  const { projectFolder, stateFolder, environment } = options;
  const node = await chooseNode(options.node, environment);
  const files = await prepareFiles(options);
  makePrivateFolder(stateFolder);
  const words = [
    ["--project", projectFolder],
    ["--live", files.live],
    ["--hash", files.hash],
    ...(files.types === undefined ? [] : [["--types", files.types]]),
    ...(options.idleMs === undefined ? [] : [["--idle-ms", String(options.idleMs)]]),
  ].flat();
  const logFile = serverLogFile(stateFolder);
  const log = openLog(logFile);
  const from = fstatSync(log).size;
  try {
    const child = spawn(node.path, [...SMALL_HEAP, files.entry, ...words], {
      cwd: stateFolder,
      detached: true,
      env: { ...THREADS, ...environment, ...node.environment },
      stdio: ["ignore", log, log],
    });
    const ended = once(child, "exit").then(([code]) => (typeof code === "number" ? code : 1));
    await once(child, "spawn");
    child.unref();
    return {
      ended,
      said: () =>
        readFileSync(logFile)
          .subarray(from, from + MOST_SAID_BYTES)
          .toString("utf8")
          .trim(),
    };
  } finally {
    closeSync(log);
  }
}

async function prepareFiles(options: StartOptions) {
  const folder = path.dirname(options.serverEntry);
  const hash = await readServerHash(folder);
  const { liveEntry = path.join(folder, "live.mjs"), typesFolder } = options;
  if (options.runFromCopy !== true) {
    return { entry: options.serverEntry, live: liveEntry, types: typesFolder, hash };
  }
  const copy = await copyServer({ folder, hash, typesFolder }, options.environment);
  await removeUnusedCopies(copy, options.environment);
  const inCopy = (file: string) => path.join(copy, path.relative(folder, file));
  const types = typesFolder && path.join(copy, "types");
  return { entry: inCopy(options.serverEntry), live: inCopy(liveEntry), types, hash };
}

function openLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_LOG_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, "a", 0o600);
}
