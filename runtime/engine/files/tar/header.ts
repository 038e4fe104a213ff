// One header of a tar stream: 512 bytes that say what the next file is. Names are bytes here, as they are on disk.

export const BLOCK_BYTES = 512;
const NAME_BYTES = 100;

/** As tar numbers them: a file, a link to one before it, a symbolic link, a folder; long names of GNU tar, extensions of POSIX. */
export type EntryType = "0" | "1" | "2" | "5" | "L" | "K" | "x" | "g";

export interface Header {
  readonly name: Buffer;
  /** Any type that there is; those that we make are `EntryType`. */
  readonly type: string;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
  /** Bytes that follow. */
  readonly size: number;
  readonly link: Buffer;
}

/** The header, with what must precede it when a name is too long for one. */
export function encodeEntry(header: Header & { readonly type: EntryType }): Buffer {
  return Buffer.concat([
    ...(header.name.length > NAME_BYTES ? [encodeLong("L", header.name)] : []),
    ...(header.link.length > NAME_BYTES ? [encodeLong("K", header.link)] : []),
    encodeHeader(header),
  ]);
}

/** How many bytes fill a body up to a whole block. */
export function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** Two empty blocks. */
export const TAR_END = Buffer.alloc(2 * BLOCK_BYTES);

function encodeLong(type: "L" | "K", name: Buffer): Buffer {
  const body = Buffer.concat([name, Buffer.alloc(1)]);
  const header = encodeHeader({
    name: Buffer.from("././@LongLink"),
    type,
    mode: 0,
    modifiedAt: 0,
    size: body.length,
    link: Buffer.alloc(0),
  });
  return Buffer.concat([header, body, Buffer.alloc(paddingOf(body.length))]);
}

function encodeHeader({ name, type, mode, modifiedAt, size, link }: Header): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  name.copy(block, 0, 0, NAME_BYTES);
  writeOctal(block, 100, 8, mode);
  writeOctal(block, 108, 8, 0);
  writeOctal(block, 116, 8, 0);
  writeNumber(block, 124, 12, size);
  writeNumber(block, 136, 12, Math.max(0, Math.floor(modifiedAt)));
  block.write(type, 156, "latin1");
  link.copy(block, 157, 0, NAME_BYTES);
  block.write("ustar  \0", 257, "latin1");
  block.fill(" ", 148, 156);
  block.write(`${checksumOf(block).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** Undefined for an empty block. Throws when it is no header. */
export function decodeHeader(block: Buffer): Header | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (readNumber(block, 148, 8) !== checksumOf(block)) throw new Error("it is no tar stream");
  const isPosix = block.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isPosix ? readText(block, 345, 155) : Buffer.alloc(0);
  const name = readText(block, 0, NAME_BYTES);
  return {
    name: prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from("/"), name]),
    type: block.toString("latin1", 156, 157),
    mode: readNumber(block, 100, 8),
    modifiedAt: readNumber(block, 136, 12),
    size: readNumber(block, 124, 12),
    link: readText(block, 157, NAME_BYTES),
  };
}

/** Of all bytes, with those of the checksum itself taken as spaces. */
function checksumOf(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK_BYTES; at++) {
    if (at < 148 || at >= 156) sum += block[at] ?? 0;
  }
  return sum;
}

function writeOctal(block: Buffer, at: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
}

/** Octal while it fits, else binary behind a set first bit, as GNU tar has it. */
function writeNumber(block: Buffer, at: number, length: number, value: number): void {
  if (value < 8 ** (length - 1)) {
    writeOctal(block, at, length, value);
    return;
  }
  block[at] = 0x80;
  block.writeUIntBE(value, at + length - 6, 6);
}

function readNumber(block: Buffer, at: number, length: number): number {
  const first = block[at] ?? 0;
  if (first >= 0x80) {
    // Negative ones are times before 1970.
    return first === 0xff ? 0 : block.readUIntBE(at + length - 6, 6);
  }
  const digits = /^[ \0]*([0-7]*)/u.exec(block.toString("latin1", at, at + length))?.[1] ?? "";
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

function readText(block: Buffer, at: number, length: number): Buffer {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end));
}
