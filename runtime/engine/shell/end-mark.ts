// Finds the line by which a resident shell says that a script has ended, and passes on what stands round it.
import type { Exit } from "../transports/transport.ts";

export interface EndOfScript {
  readonly exit: Exit;
  /** Something that the script has started lives on: what follows is still its output. */
  readonly left: boolean;
}

const LONGEST_LINE_BYTES = 40;

/**
 * Feeds chunks, however they are cut; calls `onEnd` once. `marker` begins with a byte that stands nowhere else in it, so only a
 * chunk that ends with what may be its beginning is kept back.
 */
export function readEndMark(
  marker: string,
  onRest: (chunk: Buffer) => void,
  onEnd: (end: EndOfScript) => void,
): (chunk: Buffer) => void {
  const mark = Buffer.from(`${marker} end `);
  let kept: Buffer = Buffer.alloc(0);
  let ended = false;
  const passOn = (chunk: Buffer) => {
    if (chunk.length > 0) onRest(chunk);
  };
  return (chunk) => {
    if (ended) {
      passOn(chunk);
      return;
    }
    const bytes = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    const found = findMark(bytes, mark);
    passOn(bytes.subarray(0, found.start));
    kept = bytes.subarray(found.start);
    if (found.end === undefined) return;
    ended = true;
    kept = Buffer.alloc(0);
    onEnd(found.end);
    passOn(bytes.subarray(found.next));
  };
}

interface Found {
  /** Where the mark begins, or may yet begin. */
  readonly start: number;
  /** Where it ends. */
  readonly next: number;
  readonly end?: EndOfScript;
}

function findMark(bytes: Buffer, mark: Buffer): Found {
  let start = bytes.indexOf(mark);
  for (; start >= 0; start = bytes.indexOf(mark, start + 1)) {
    const begin = start + mark.length;
    const text = bytes.toString("latin1", begin, begin + LONGEST_LINE_BYTES);
    const [line, code, signal, left] = /^(\d+)(?: ([A-Z\d+-]+))?( left)?\n/u.exec(text) ?? [];
    if (line !== undefined) {
      const exit = signal === undefined ? { code: Number(code) } : { signal: `SIG${signal}` };
      return { start, next: begin + line.length, end: { exit, left: left !== undefined } };
    }
    // What is so long is no mark, but something that looks like one.
    if (text.length < LONGEST_LINE_BYTES) return { start, next: bytes.length };
  }
  return { start: findBeginning(bytes, mark), next: bytes.length };
}

function findBeginning(bytes: Buffer, mark: Buffer): number {
  const first = mark[0] ?? 0;
  const place = bytes.lastIndexOf(first);
  if (place < 0 || bytes.length - place >= mark.length) return bytes.length;
  return mark.subarray(0, bytes.length - place).equals(bytes.subarray(place))
    ? place
    : bytes.length;
}
