// A server runs from a copy of its files, because an update of the extension deletes the folder that it came from.
import { cp, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { isAlive } from "../project/process-identity.ts";
import { readServerRecord } from "../project/server-record.ts";
import { type Environment, makePrivateFolder, stateHome } from "../project/state-folder.ts";

const YOUNG_MS = 60_000;
const manifestSchema = z.object({ hash: z.string().regex(/^[\da-f]{16,}$/u) });

/** The hash that a build wrote beside its server; `development` when the server runs from its sources. */
export async function readServerHash(serverFolder: string): Promise<string> {
  try {
    const manifest = await readFile(path.join(serverFolder, "manifest.json"), "utf8");
    return manifestSchema.parse(JSON.parse(manifest)).hash;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "development";
    throw new Error(`${serverFolder} is no whole build of the server: ${String(error)}`, {
      cause: error,
    });
  }
}

export interface BuiltServer {
  readonly folder: string;
  readonly hash: string;
  /** Copied along, as `types`. */
  readonly typesFolder: string | undefined;
}

/** `<state home>/servers/<hash>`, copied when it is not there yet. */
export async function copyServer(
  { folder: source, hash, typesFolder }: BuiltServer,
  environment: Environment,
): Promise<string> {
  const home = serversFolder(environment);
  makePrivateFolder(home);
  const folder = path.join(home, hash.slice(0, 16));
  if (await makeYoung(folder)) return folder;
  // Copied beside its place and renamed, so that nobody ever runs half a server.
  const half = await mkdtemp(path.join(home, ".half-"));
  try {
    await cp(source, path.join(half, "server"), { recursive: true });
    if (typesFolder !== undefined) {
      await cp(typesFolder, path.join(half, "server", "types"), { recursive: true });
    }
    await makeYoung(path.join(half, "server"));
    await rename(path.join(half, "server"), folder);
  } catch (error) {
    const madeByAnother = (await readdir(home)).includes(path.basename(folder));
    if (!madeByAnother) throw error;
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  return folder;
}

/** Removes the copies that no running server of any project needs; a young one may be about to be run. */
export async function removeUnusedCopies(newest: string, environment: Environment): Promise<void> {
  const used = await hashesInUse(environment);
  const home = serversFolder(environment);
  const names = await readdir(home);
  const unused = names.filter((name) => !name.startsWith(".") && !used.has(name));
  for (const name of unused) {
    const copy = path.join(home, name);
    if (copy === newest || (await isYoung(copy))) continue;
    await rm(copy, { recursive: true, force: true });
  }
}

async function hashesInUse(environment: Environment): Promise<Set<string>> {
  const home = stateHome(environment);
  const records = (await readdir(home)).map((name) => readServerRecord(path.join(home, name)));
  return new Set(
    records.flatMap((record) =>
      record !== undefined && isAlive(record.server) ? [record.hash.slice(0, 16)] : [],
    ),
  );
}

/** So that nobody removes it before the server that is run from it is known; false when it is not there. */
async function makeYoung(folder: string): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(folder, now, now);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

async function isYoung(folder: string): Promise<boolean> {
  return Date.now() - (await stat(folder)).mtimeMs < YOUNG_MS;
}

function serversFolder(environment: Environment): string {
  return path.join(stateHome(environment), "servers");
}
