// Takes the values of secrets out of everything that leaves the engine: texts, and streams whose chunks may split a value.
import { formsOf } from "./forms.ts";

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

interface Pattern {
  readonly bytes: Buffer;
  readonly instead: Buffer;
}

const NOTHING = Buffer.alloc(0);

export function createRedaction(): Redaction {
  const known = new Set<string>();
  /** The longest first. */
  let patterns: readonly Pattern[] = [];

  function stream(): RedactedStream {
    let held: Buffer = NOTHING;
    return {
      push(chunk) {
        if (patterns.length === 0 && held.length === 0) return chunk;
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
      const added = formsOf(value).map((bytes) => ({ bytes, instead: Buffer.from(instead) }));
      patterns = [...patterns, ...added].sort((a, b) => b.bytes.length - a.bytes.length);
    },
    text(text) {
      if (patterns.length === 0) return text;
      const bytes = Buffer.from(text);
      const { replaced } = replaceIn(bytes, patterns, true);
      return replaced.equals(bytes) ? text : replaced.toString();
    },
    stream,
  };
}

interface Match {
  readonly at: number;
  readonly pattern: Pattern;
}

/** At each place the longest pattern is replaced; where one may yet begin, and `isEnd` is false, the rest is held back. */
function replaceIn(
  bytes: Buffer,
  patterns: readonly Pattern[],
  isEnd: boolean,
): { replaced: Buffer; rest: Buffer } {
  const parts: Buffer[] = [];
  const nextOf = new Map<Pattern, number>();
  const limit = isEnd ? bytes.length : startOfPart(bytes, patterns);
  let done = 0;
  for (;;) {
    const match = firstMatch(bytes, patterns, done, nextOf);
    // A match that reaches into what may be the beginning of a longer one waits for what comes.
    if (match === undefined || match.at >= limit) break;
    parts.push(bytes.subarray(done, match.at), match.pattern.instead);
    done = match.at + match.pattern.bytes.length;
  }
  const end = Math.max(done, limit);
  parts.push(bytes.subarray(done, end));
  return { replaced: joined(parts), rest: bytes.subarray(end) };
}

/** The first match from there on; of those that begin together the longest. */
function firstMatch(
  bytes: Buffer,
  patterns: readonly Pattern[],
  from: number,
  nextOf: Map<Pattern, number>,
): Match | undefined {
  let first: Match | undefined;
  for (const pattern of patterns) {
    let at = nextOf.get(pattern) ?? -1;
    if (!nextOf.has(pattern) || (at >= 0 && at < from)) {
      at = bytes.indexOf(pattern.bytes, from);
      nextOf.set(pattern, at);
    }
    if (at >= 0 && (first === undefined || at < first.at)) first = { at, pattern };
  }
  return first;
}

/** Where the end of the bytes may be the beginning of a pattern; their length when it cannot. */
function startOfPart(bytes: Buffer, patterns: readonly Pattern[]): number {
  let start = bytes.length;
  for (const { bytes: wanted } of patterns) {
    const [first = 0] = wanted;
    const earliest = Math.max(0, bytes.length - wanted.length + 1);
    for (let at = bytes.indexOf(first, earliest); at >= 0 && at < start;) {
      if (bytes.subarray(at).equals(wanted.subarray(0, bytes.length - at))) start = at;
      at = bytes.indexOf(first, at + 1);
    }
  }
  return start;
}

function joined(parts: readonly Buffer[]): Buffer {
  const [only = NOTHING, ...others] = parts;
  return others.length === 0 ? only : Buffer.concat(parts);
}
