// Reads part of a file.
import { open } from "node:fs/promises";

/** Some of the bytes of a file. */
export interface FileRange {
  readonly file: string;
  readonly start: number;
  readonly bytes: number;
}

/** From `offset` in the range, at most so many bytes; fewer when the file ends before, none when it was removed. */
export async function readRange(range: FileRange, offset: number, bytes: number): Promise<Buffer> {
  const wanted = Math.max(0, Math.min(bytes, range.bytes - offset));
  if (wanted === 0) return Buffer.alloc(0);
  const handle = await open(range.file).catch(ignoreRemoved);
  if (handle === undefined) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(wanted),
      0,
      wanted,
      range.start + offset,
    );
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function ignoreRemoved(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
