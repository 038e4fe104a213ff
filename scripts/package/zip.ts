// Writes a zip archive: the same bytes for the same files, whenever and wherever it is made.
import { crc32, deflateRawSync } from "node:zlib";

export type ZipEntry = {
  /** With `/` between folders. */
  name: string;
  content: Buffer;
  /** Whether it may be run. */
  isProgram?: boolean;
};

const VERSION = 20;
const UNIX = 3 << 8;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
/** 1 January 1980, the oldest that the format knows. */
const DATE = 0x0021;
const REGULAR_FILE_0644 = (0o100_644 << 16) >>> 0;
const PROGRAM_0755 = (0o100_755 << 16) >>> 0;
const LOCAL_HEADER = 0x0403_4b50;
const CENTRAL_HEADER = 0x0201_4b50;
const END = 0x0605_4b50;

export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, isProgram = false } of entries) {
    const packed = deflateRawSync(content, { level: 9 });
    const described = describe(name, content, packed);
    const header = Buffer.concat([u32(LOCAL_HEADER), described, Buffer.from(name)]);
    parts.push(header, packed);
    directory.push(centralHeader(name, described, { offset, isProgram }));
    offset += header.length + packed.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...parts, central, endOf(entries.length, central.length, offset)]);
}

/** What the header before a file and the one in the directory have in common. */
function describe(name: string, content: Buffer, packed: Buffer): Buffer {
  return Buffer.concat([
    ...[VERSION, UTF8_NAMES, DEFLATED, 0, DATE].map(u16),
    ...[crc32(content), packed.length, content.length].map(u32),
    ...[Buffer.byteLength(name), 0].map(u16),
  ]);
}

function centralHeader(
  name: string,
  described: Buffer,
  { offset, isProgram }: { offset: number; isProgram: boolean },
): Buffer {
  return Buffer.concat([
    u32(CENTRAL_HEADER),
    u16(UNIX | VERSION),
    described,
    ...[0, 0, 0].map(u16), // comment, disk, internal attributes
    ...[isProgram ? PROGRAM_0755 : REGULAR_FILE_0644, offset].map(u32),
    Buffer.from(name),
  ]);
}

function endOf(count: number, size: number, offset: number): Buffer {
  const counts = [0, 0, count, count].map(u16);
  return Buffer.concat([u32(END), ...counts, u32(size), u32(offset), u16(0)]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
