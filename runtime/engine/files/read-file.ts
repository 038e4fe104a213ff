// The bytes of one local file: exactly as many as were announced, of one and the same version of it.
import { type FileHandle, constants, open } from "node:fs/promises";
import { LocalObstacle, asObstacle } from "./obstacle.ts";

const CHUNK_BYTES = 256 * 1024;

export interface FileFacts {
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
}

/**
 * The last piece is held back until the file was seen not to have changed, so that a host that waits for a number of bytes never
 * takes a mixture of two versions for whole. Throws `LocalObstacle`.
 */
export async function* readFileWhole(
  file: string | Buffer,
  facts: FileFacts,
): AsyncGenerator<Buffer> {
  const handle = await openFile(file);
  try {
    let last: Buffer | undefined;
    for (let at = 0; at < facts.size;) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, facts.size - at));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) throw changed(file);
      if (last !== undefined) yield last;
      last = chunk.subarray(0, bytesRead);
      at += bytesRead;
    }
    const now = await handle.stat();
    if (now.size !== facts.size || now.mtimeMs / 1000 !== facts.modifiedAt) throw changed(file);
    if (last !== undefined) yield last;
  } catch (error) {
    throw asObstacle(error, `read ${String(file)}`);
  } finally {
    await handle.close();
  }
}

/** A pipe in the place of the file must not keep us waiting for whoever writes into it. */
async function openFile(file: string | Buffer): Promise<FileHandle> {
  try {
    return await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw asObstacle(error, `read ${String(file)}`);
  }
}

function changed(file: string | Buffer): LocalObstacle {
  return new LocalObstacle(
    `${String(file)} changed while it was copied`,
    "copy it again when nobody writes into it",
  );
}
