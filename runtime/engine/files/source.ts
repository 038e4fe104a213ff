// What is copied into hosts: a local file or folder as one stream of bytes for each host, read once for all of them when it is small.
import { stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { LocalObstacle, asObstacle } from "./obstacle.ts";
import { factsOf, packFolder } from "./pack-folder.ts";
import { type FileFacts, readFileWhole } from "./read-file.ts";
import { Tally } from "./tally.ts";

/** Up to this size the bytes are read once and kept for all hosts. */
const SHARED_BYTES = 16 * 1024 * 1024;

export interface Source extends FileFacts {
  readonly kind: "file" | "folder";
  /** Its own name, without folders. */
  readonly name: string;
  /** For one host. When it breaks, with a `LocalObstacle`, the stream ends too early. */
  open(): { readonly stream: Readable; readonly tally: Tally };
}

/** Names inside the stream of a folder: of the folder, and of the file that says that it is whole. */
export const PACKED = { name: "folder", lastName: "whole" } as const;

/** Throws `LocalObstacle` when there is nothing that can be copied. */
export async function openSource(file: string, mode?: number): Promise<Source> {
  const { kind, ...facts } = await findFacts(file);
  const read = (tally: Tally) =>
    kind === "folder"
      ? packFolder(file, tally, { ...PACKED, mode })
      : readCounted(file, facts, tally);
  const shared = await readShared(read);
  const open = () => {
    if (shared !== undefined)
      return { stream: Readable.from([...shared.chunks]), tally: shared.tally };
    const tally = new Tally();
    return { stream: Readable.from(read(tally)), tally };
  };
  return { ...facts, mode: mode ?? facts.mode, kind, name: path.basename(file), open };
}

async function findFacts(file: string): Promise<FileFacts & { kind: "file" | "folder" }> {
  const facts = await stat(file).then(factsOf, (error: unknown) => {
    throw asObstacle(error, `read ${file}`);
  });
  const { kind } = facts;
  if (kind === "file" || kind === "folder") return { ...facts, kind };
  throw new LocalObstacle(
    `${file} on this machine is neither a file nor a folder`,
    "give the path of one",
  );
}

async function* readCounted(file: string, facts: FileFacts, tally: Tally): AsyncGenerator<Buffer> {
  yield* readFileWhole(file, facts);
  tally.addFile(facts.size);
}

/** Undefined when it is too much to be kept. */
async function readShared(
  read: (tally: Tally) => AsyncIterable<Buffer>,
): Promise<{ chunks: readonly Buffer[]; tally: Tally } | undefined> {
  const tally = new Tally();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of read(tally)) {
    bytes += chunk.length;
    if (bytes > SHARED_BYTES) return undefined;
    chunks.push(chunk);
  }
  return { chunks, tally };
}
