// Reads a tar stream entry by entry: those of GNU tar, busybox and BSD alike, with names as long as the host likes, within reason.
import type { ByteReader } from "./byte-reader.ts";
import { BLOCK_BYTES, type Header, decodeHeader, paddingOf } from "./header.ts";

/** No file system has names and links that long; a host that sends longer ones wants our memory. */
const LONGEST_NAME_BYTES = 64 * 1024;

export interface Entry extends Header {
  /** Must be read to its end before the next entry is asked for. */
  readonly body: AsyncIterable<Buffer>;
}

/** Ends at the stream's own end mark; throws when it ends without one. */
export async function* readEntries(reader: ByteReader): AsyncGenerator<Entry> {
  const said: Said = {};
  for (;;) {
    const header = decodeHeader(await reader.bytes(BLOCK_BYTES));
    if (header === undefined) {
      for await (const _ of reader.remains()); // it fills up a whole record
      return;
    }
    if (isRemark(header.type)) {
      if (header.size > LONGEST_NAME_BYTES) throw new Error("a name in it is endless");
      const body = await reader.bytes(header.size + paddingOf(header.size));
      Object.assign(said, readRemark(header.type, body.subarray(0, header.size)));
      continue;
    }
    const entry = { ...header, ...said };
    for (const key of SAID) delete said[key];
    if (!(Number.isSafeInteger(entry.size) && entry.size >= 0))
      throw new Error("a size in it is none");
    yield { ...entry, body: reader.pieces(entry.size) };
    await reader.bytes(paddingOf(entry.size));
  }
}

/** What a remark says of the entry that follows it. */
type Said = { -readonly [K in (typeof SAID)[number]]?: Header[K] };
const SAID = ["name", "link", "size", "modifiedAt"] as const;

function isRemark(type: string): boolean {
  return type === "L" || type === "K" || type === "x" || type === "g";
}

function readRemark(type: string, body: Buffer): Said {
  if (type === "g") return {};
  if (type === "x") return readExtensions(body);
  const end = body.indexOf(0);
  const name = Buffer.from(end < 0 ? body : body.subarray(0, end));
  return type === "L" ? { name } : { link: name };
}

/** Lines of `LENGTH KEY=VALUE`, where LENGTH counts the whole line in bytes. */
function readExtensions(body: Buffer): Said {
  const said: Said = {};
  for (let at = 0; at < body.length;) {
    const length = Number.parseInt(body.toString("latin1", at, at + 20), 10);
    const start = body.indexOf(0x20, at) + 1;
    const equals = body.indexOf(0x3d, start);
    if (!(length > 0) || start === 0 || equals < 0) throw new Error("an extension in it is broken");
    const value = Buffer.from(body.subarray(equals + 1, at + length - 1));
    const key = body.toString("latin1", start, equals);
    if (key === "path") said.name = value;
    if (key === "linkpath") said.link = value;
    if (key === "size") said.size = Number(value.toString("latin1"));
    if (key === "mtime") said.modifiedAt = Number(value.toString("latin1"));
    at += length;
  }
  return said;
}
