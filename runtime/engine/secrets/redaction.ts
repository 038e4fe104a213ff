// Takes the values of secrets out of everything that leaves the engine: texts, and streams whose chunks may split a value.
import { formsOf } from "./forms.ts";
import { createPatterns, type Pattern, type Patterns } from "./patterns.ts";

export interface RedactedStream {
  /** What of the stream may go on by now. */
  push(chunk: Buffer): Buffer;
  /** The stream is over: what was held back. */
  end(): Buffer;
}

export interface Redaction {
  /** From now on this value shows as `instead`, in streams that are open already too. */
  add(value: string, instead: string): void;
  text(text: string): string;
  stream(): RedactedStream;
}

const NOTHING = Buffer.alloc(0);

export function createRedaction(): Redaction {
  const known = new Set<string>();
  const patterns = createPatterns();

  function stream(): RedactedStream {
    let held: Buffer = NOTHING;
    return {
      push(chunk) {
        if (patterns.isEmpty() && held.length === 0) return chunk;
        const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
        const { replaced, rest } = replaceIn(bytes, patterns, false);
        held = rest;
        return replaced;
      },
      end() {
        const { replaced } = replaceIn(held, patterns, true);
        held = NOTHING;
        return replaced;
      },
    };
  }

  return {
    add(value, instead) {
      if (known.has(value)) return;
      known.add(value);
      for (const bytes of formsOf(value)) patterns.add({ bytes, instead: Buffer.from(instead) });
    },
    text(text) {
      if (patterns.isEmpty()) return text;
      const bytes = Buffer.from(text);
      const { replaced } = replaceIn(bytes, patterns, true);
      return replaced.equals(bytes) ? text : replaced.toString();
    },
    stream,
  };
}

/** At each place the longest pattern is replaced; where one may yet begin, and `isEnd` is false, the rest is held back. */
function replaceIn(
  bytes: Buffer,
  patterns: Patterns,
  isEnd: boolean,
): { replaced: Buffer; rest: Buffer } {
  const parts: Buffer[] = [];
  let done = 0;
  let at = patterns.nextPlace(bytes, 0);
  while (at < bytes.length) {
    const pattern = findAt(bytes, at, patterns, isEnd);
    if (pattern === "perhaps") break;
    if (pattern === undefined) {
      at = patterns.nextPlace(bytes, at + 1);
      continue;
    }
    parts.push(bytes.subarray(done, at), pattern.instead);
    done = at + pattern.bytes.length;
    at = patterns.nextPlace(bytes, done);
  }
  parts.push(bytes.subarray(done, at));
  return { replaced: joined(parts), rest: bytes.subarray(at) };
}

/** `perhaps`: what comes next decides. */
function findAt(
  bytes: Buffer,
  at: number,
  patterns: Patterns,
  isEnd: boolean,
): Pattern | "perhaps" | undefined {
  const left = bytes.length - at;
  for (const pattern of patterns.at(bytes, at)) {
    const isLonger = pattern.bytes.length > left;
    if (isLonger && isEnd) continue;
    if (agrees(bytes, at, pattern.bytes)) return isLonger ? "perhaps" : pattern;
  }
  return undefined;
}

/** As far as there are bytes. Mostly the third byte differs, where a call of `compare` would cost more than it spares. */
function agrees(bytes: Buffer, from: number, wanted: Buffer): boolean {
  const length = Math.min(wanted.length, bytes.length - from);
  for (let index = 2; index < length; index += 1) {
    if (bytes[from + index] !== wanted[index]) return false;
  }
  return true;
}

function joined(parts: readonly Buffer[]): Buffer {
  const [only = NOTHING, ...others] = parts;
  return others.length === 0 ? only : Buffer.concat(parts);
}
