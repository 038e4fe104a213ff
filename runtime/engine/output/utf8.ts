// Where characters begin and end in bytes that are meant to be UTF-8, and how many of the bytes are not.
import { isUtf8 } from "node:buffer";

const REPLACEMENT = Buffer.from("\uFFFD");

/** How many bytes at the end begin a character that is not whole yet: 0 to 3. */
export function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    return lengthOfCharacter(byte) > back ? back : 0;
  }
  return 0;
}

/** How many bytes at the beginning end a character that began before: 0 to 3. */
export function continuingBytes(bytes: Buffer): number {
  let count = 0;
  while (count < 3 && count < bytes.length && isContinuation(bytes[count] ?? 0)) count += 1;
  return count;
}

/** How many bytes are not UTF-8, for which U+FFFD stands in the text. */
export function countReplaced(bytes: Buffer): number {
  if (isUtf8(bytes)) return 0;
  const others = Buffer.byteLength(bytes.toString("utf8").replaceAll("\uFFFD", ""));
  return bytes.length - others - countOf(REPLACEMENT, bytes) * REPLACEMENT.length;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function lengthOfCharacter(first: number): number {
  if (first >= 0xf0 && first <= 0xf4) return 4;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xc2 && first <= 0xdf ? 2 : 1;
}

function countOf(part: Buffer, bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, at + part.length))
    count += 1;
  return count;
}
