// Puts what was copied to its place on this machine, file by file by renaming: what is there already stays, but for what the copy brings.
import { type Stats, existsSync } from "node:fs";
import { lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { LocalObstacle, asObstacle } from "./obstacle.ts";
import { isTemporaryName } from "./temporary-name.ts";

/** Nobody works at a copy for so long. */
const LEFT_BEHIND_MS = 24 * 60 * 60 * 1000;

/** Makes the folder, and removes from it what copies of a process that was killed have left. */
export async function prepareFolder(folder: string, now: number): Promise<void> {
  try {
    await makeFolder(folder);
    for (const name of (await readdir(folder)).filter(isTemporaryName)) {
      const left = path.join(folder, name);
      const found = await look(left);
      if (found !== undefined && now - found.mtimeMs > LEFT_BEHIND_MS) await removeQuietly(left);
    }
  } catch (error) {
    throw asObstacle(error, `make the folder ${folder}`);
  }
}

/** By steps of our own: Node's recursive mkdir never ends below a folder that takes none, such as /proc. */
async function makeFolder(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  if (existsSync(folder)) return;
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error; // Another copy may have made it meanwhile.
  });
}

/** A file onto a file; a folder into one that is there, after a look whether that can be done. Throws `LocalObstacle`. */
export async function place(from: string, to: string): Promise<void> {
  try {
    await merge(Buffer.from(from), Buffer.from(to), "look");
    await merge(Buffer.from(from), Buffer.from(to), "move");
  } catch (error) {
    throw asObstacle(error, `write ${to}`);
  }
}

async function merge(from: Buffer, to: Buffer, what: "look" | "move"): Promise<void> {
  const [ours, theirs] = [await lstat(from), await look(to)];
  if (theirs !== undefined && ours.isDirectory() !== theirs.isDirectory()) {
    throw describeClash(to, ours);
  }
  // A link in the place of a folder is never followed: an earlier copy of the same host may have made it.
  if (theirs?.isDirectory() !== true) {
    if (what === "move") await rename(from, to);
    return;
  }
  for (const name of await readdir(from, { encoding: "buffer" })) {
    await merge(join(from, name), join(to, name), what);
  }
}

function describeClash(to: Buffer, ours: Stats): LocalObstacle {
  const [there, expected] = ours.isDirectory() ? ["no folder", "a folder"] : ["a folder", "a file"];
  return new LocalObstacle(
    `${String(to)} on this machine is ${there}, and ${expected} was expected there; nothing was changed`,
    "move it away, or give another path",
  );
}

/** Says where it is when it cannot be removed. */
export async function removeTemporary(file: string): Promise<void> {
  await removeQuietly(file);
  if (!existsSync(file)) return;
  throw new LocalObstacle(`what was copied so far is left in ${file}`, "remove it");
}

async function removeQuietly(file: string): Promise<void> {
  // Whether it is gone is looked at afterwards.
  await rm(file, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
}

async function look(file: string | Buffer): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function join(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from("/"), name]);
}
