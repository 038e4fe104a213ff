// A tar stream that a host sends, unpacked into a new local folder. The host is not trusted: nothing is ever written outside of it.
import { chmod, link, lstat, mkdir, open, symlink, utimes } from "node:fs/promises";
import path from "node:path";
import { LocalObstacle, asObstacle } from "./obstacle.ts";
import type { Tally } from "./tally.ts";
import type { ByteReader } from "./tar/byte-reader.ts";
import { type Entry, readEntries } from "./tar/read-entries.ts";

export interface UnpackOptions {
  /** Permission bits of every file instead of its own. */
  readonly mode?: number | undefined;
  readonly times: boolean;
}

interface Unpacking extends UnpackOptions {
  readonly folder: Buffer;
  readonly tally: Tally;
  /** Made last, so that no path of an entry leads through one. */
  readonly links: { readonly file: Buffer; readonly to: Buffer }[];
  readonly folders: { readonly file: Buffer; readonly mode: number; readonly modifiedAt: number }[];
}

/** `folder` exists and is empty. Throws `LocalObstacle`, and whatever the reader throws. */
export async function unpackFolder(
  reader: ByteReader,
  folder: string,
  tally: Tally,
  options: UnpackOptions,
): Promise<void> {
  const unpacking = { ...options, folder: Buffer.from(folder), tally, links: [], folders: [] };
  for await (const entry of readEntries(reader)) await unpackEntry(entry, unpacking);
  await finish(unpacking);
}

async function unpackEntry(entry: Entry, unpacking: Unpacking): Promise<void> {
  const parts = partsOf(entry.name);
  const file = joinAll(unpacking.folder, parts);
  const { mode, modifiedAt, type } = entry;
  try {
    if (type === "5") {
      await makeFolders(unpacking.folder, parts);
      unpacking.folders.push({ file, mode: (mode & 0o777) | 0o700, modifiedAt });
    } else if (parts.length === 0) {
      throw refuse("a file in place of the folder");
    } else if (type === "0" || type === "7" || type === "\0") {
      await makeFolders(unpacking.folder, parts.slice(0, -1));
      await writeFile(file, entry, unpacking);
      unpacking.tally.addFile(entry.size);
    } else if (type === "1") {
      await makeFolders(unpacking.folder, parts.slice(0, -1));
      await linkFile(joinAll(unpacking.folder, partsOf(entry.link)), file);
      unpacking.tally.addFile(0);
    } else if (type === "2") {
      await makeFolders(unpacking.folder, parts.slice(0, -1));
      unpacking.links.push({ file, to: entry.link });
      unpacking.tally.addFile(0);
    } else unpacking.tally.skip(entry.name.toString());
  } catch (error) {
    throw asObstacle(error, `write ${String(file)}`);
  }
  for await (const _ of entry.body); // of what carries one without need
}

/** The names on the way, without `.`; throws for what no honest tar sends. */
function partsOf(name: Buffer): Buffer[] {
  const text = name.toString("latin1");
  if (text.startsWith("/")) throw refuse(`the path ${name.toString()}`);
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw refuse(`the path ${name.toString()}`);
  return parts.map((part) => Buffer.from(part, "latin1"));
}

function refuse(what: string): LocalObstacle {
  return new LocalObstacle(
    `the host sent ${what.slice(0, 200)}, which leads out of the copy; nothing of it was kept`,
    "look at what answers for tar on that host, and do not trust it before you have",
  );
}

/** One after another, as real folders: there are no links yet, and there is nothing that we did not make. */
async function makeFolders(folder: Buffer, parts: readonly Buffer[]): Promise<void> {
  const whole = joinAll(folder, parts);
  if (parts.length > 0) await mkdir(whole, { recursive: true });
}

async function writeFile(file: Buffer, entry: Entry, { mode, times }: Unpacking): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    for await (const piece of entry.body) await handle.writeFile(piece);
    await handle.chmod((mode ?? entry.mode) & 0o777);
    if (times) await handle.utimes(entry.modifiedAt, entry.modifiedAt);
  } finally {
    await handle.close();
  }
}

async function linkFile(existing: Buffer, file: Buffer): Promise<void> {
  if (!(await lstat(existing)).isFile()) throw refuse("a second name of something that is no file");
  await link(existing, file);
}

async function finish({ links, folders, times }: Unpacking): Promise<void> {
  for (const { file, to } of links) {
    await symlink(to, file).catch((error: unknown) => {
      throw asObstacle(error, `make the link ${String(file)}`);
    });
  }
  for (const { file, mode, modifiedAt } of folders.toReversed()) {
    if (!(await lstat(file)).isDirectory()) throw refuse("a link in place of a folder");
    await chmod(file, mode);
    if (times) await utimes(file, modifiedAt, modifiedAt);
  }
}

function joinAll(folder: Buffer, parts: readonly Buffer[]): Buffer {
  return Buffer.concat([folder, ...parts.flatMap((part) => [Buffer.from(path.posix.sep), part])]);
}
