// A local folder as a tar stream: files, folders and links with names of any bytes; what else lies in it is left out and named.
import type { Stats } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { asObstacle } from "./obstacle.ts";
import { type FileFacts, readFileWhole } from "./read-file.ts";
import { TAR_END, encodeEntry, paddingOf } from "./tar/header.ts";
import type { Tally } from "./tally.ts";

const NOTHING = Buffer.alloc(0);
/** A host must be able to put things into a folder that it has just made, and to remove it again. */
const OWNER_MAY_ALL = 0o700;

export interface PackOptions {
  /** Name of the folder in the stream. */
  readonly name: string;
  /** Permission bits of every file instead of its own. */
  readonly mode?: number | undefined;
  /** Name of an empty file at the end, by which a host knows that nothing is missing: tar itself does not miss it. */
  readonly lastName: string;
}

export async function* packFolder(
  folder: string,
  tally: Tally,
  options: PackOptions,
): AsyncGenerator<Buffer> {
  yield* packTree(Buffer.from(folder), Buffer.from(options.name), tally, options.mode);
  const mark = { type: "0", mode: 0o600, modifiedAt: 0, size: 0, link: NOTHING } as const;
  yield encodeEntry({ name: Buffer.from(options.lastName), ...mark });
  yield TAR_END;
}

async function* packTree(
  file: Buffer,
  name: Buffer,
  tally: Tally,
  mode: number | undefined,
): AsyncGenerator<Buffer> {
  const facts = factsOf(await look(file, () => lstat(file)));
  if (facts.kind === "folder") {
    const children = await look(file, () => readdir(file, { encoding: "buffer" }));
    const folderMode = facts.mode | OWNER_MAY_ALL;
    yield encodeEntry({ ...facts, name, type: "5", mode: folderMode, size: 0, link: NOTHING });
    for (const child of children.sort((a, b) => a.compare(b))) {
      yield* packTree(join(file, child), join(name, child), tally, mode);
    }
  } else if (facts.kind === "link") {
    const link = await look(file, () => readlink(file, { encoding: "buffer" }));
    yield encodeEntry({ ...facts, name, type: "2", size: 0, link });
    tally.addFile(0);
  } else if (facts.kind === "file") {
    const own = mode === undefined ? facts : { ...facts, mode };
    yield encodeEntry({ ...own, name, type: "0", link: NOTHING });
    yield* readFileWhole(file, facts);
    yield Buffer.alloc(paddingOf(facts.size));
    tally.addFile(facts.size);
  } else tally.skip(String(file));
}

export function factsOf(stats: Stats): FileFacts & { kind: "file" | "folder" | "link" | "other" } {
  const kind = stats.isFile()
    ? "file"
    : stats.isDirectory()
      ? "folder"
      : stats.isSymbolicLink()
        ? "link"
        : "other";
  return { kind, size: stats.size, mode: stats.mode & 0o777, modifiedAt: stats.mtimeMs / 1000 };
}

async function look<T>(file: Buffer, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw asObstacle(error, `read ${String(file)}`);
  }
}

function join(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from("/"), name]);
}
