// The file in which a run's spool tells what it holds: a line of JSON for each host and step, small outputs right behind theirs.
import { type FileHandle, open, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { FileRange } from "./file-range.ts";

export const RECORDS_FILE = "outputs";

const countSchema = z.number().int().nonnegative();

/** `folder`: the bytes are in files of their own there; else `out` and then `err` follow the line, so many bytes each. */
const recordSchema = z.union([
  z.object({
    step: countSchema,
    host: z.string(),
    folder: z.string().regex(/^[\w-][\w.-]*$/u),
    /** Bytes that were not kept; absent until the end of the step on this host. */
    lost: countSchema.exactOptional(),
  }),
  z.object({ step: countSchema, host: z.string(), out: countSchema, err: countSchema }),
]);
export type SpoolRecord = z.infer<typeof recordSchema>;

/** What the spool holds of one host in one step. */
export interface SpooledOutput {
  readonly step: number;
  readonly host: string;
  readonly lost: number;
  readonly out: FileRange;
  readonly err: FileRange;
  /** Where it has files of its own. */
  readonly folder?: string;
}

export function writeRecord(record: SpoolRecord): Buffer {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}

/** What a run's spool holds, in the order in which it was written; nothing when there is none. */
export async function readRecords(runFolder: string): Promise<readonly SpooledOutput[]> {
  const file = path.join(runFolder, RECORDS_FILE);
  const handle = await open(file).catch(() => undefined); // no file: nothing was kept
  if (handle === undefined) return [];
  try {
    const found = new Map<string, SpooledOutput>();
    const { size } = await handle.stat();
    for (let at = 0; at < size;) {
      const line = await readLine(handle, at);
      const record = line === undefined ? undefined : parseRecord(line);
      if (line === undefined || record === undefined) break; // Cut off by a crash or a full disk: what stands before it holds.
      const start = at + Buffer.byteLength(line) + 1;
      const output = await describeRecord(record, { file, start, runFolder });
      found.set(JSON.stringify([record.step, record.host]), output);
      at = output.folder === undefined ? start + output.out.bytes + output.err.bytes : start;
    }
    return [...found.values()];
  } finally {
    await handle.close();
  }
}

async function describeRecord(
  record: SpoolRecord,
  at: { readonly file: string; readonly start: number; readonly runFolder: string },
): Promise<SpooledOutput> {
  const { step, host } = record;
  if (!("folder" in record)) {
    const out = { file: at.file, start: at.start, bytes: record.out };
    const err = { file: at.file, start: at.start + record.out, bytes: record.err };
    return { step, host, lost: 0, out, err };
  }
  const folder = path.join(at.runFolder, record.folder);
  const range = async (stream: "out" | "err") => {
    const file = path.join(folder, stream);
    return { file, start: 0, bytes: await sizeOf(file) };
  };
  const [out, err] = await Promise.all([range("out"), range("err")]);
  return { step, host, lost: record.lost ?? 0, out, err, folder };
}

const LINE_BYTES = 4096;
const LONGEST_LINE_BYTES = 1024 * 1024;

async function readLine(handle: FileHandle, start: number): Promise<string | undefined> {
  for (let length = LINE_BYTES; length <= LONGEST_LINE_BYTES; length *= 4) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start);
    const end = buffer.subarray(0, bytesRead).indexOf("\n");
    if (end >= 0) return buffer.toString("utf8", 0, end);
    if (bytesRead < length) return undefined;
  }
  return undefined;
}

function parseRecord(line: string): SpoolRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // Not a record: the file is damaged from here on.
  }
}

/** A stream that said nothing has no file. */
async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
