// Finds where one of many byte patterns may begin: by its first two bytes, so that the number of patterns costs next to nothing.

export interface Pattern {
  readonly bytes: Buffer;
  readonly instead: Buffer;
}

export interface Patterns {
  /** One of fewer than two bytes is no pattern. */
  add(pattern: Pattern): void;
  isEmpty(): boolean;
  /** The next place from there on where one may begin; the length of the bytes when there is none. */
  nextPlace(bytes: Buffer, from: number): number;
  /** Those that begin with the two bytes at that place, the longest first. At the last byte: those that begin with it. */
  at(bytes: Buffer, place: number): readonly Pattern[];
}

const BYTES = 256;
const NONE: readonly Pattern[] = [];

export function createPatterns(): Patterns {
  const byFirst = new Map<number, readonly Pattern[]>();
  const byStart = new Map<number, readonly Pattern[]>();
  /** 1 for each start that there is. */
  const starts = new Uint8Array(BYTES * BYTES);

  return {
    add(pattern) {
      const [first, second] = pattern.bytes;
      if (first === undefined || second === undefined) return;
      const start = first * BYTES + second;
      insert(byFirst, first, pattern);
      insert(byStart, start, pattern);
      starts[start] = 1;
    },
    isEmpty: () => byStart.size === 0,
    nextPlace(bytes, from) {
      const last = bytes.length - 1;
      let first = bytes[from] ?? 0;
      for (let place = from; place < last; place += 1) {
        const second = bytes[place + 1] ?? 0;
        if (starts[first * BYTES + second] === 1) return place;
        first = second;
      }
      return from <= last && byFirst.has(first) ? last : bytes.length;
    },
    at(bytes, place) {
      const first = bytes[place] ?? 0;
      const second = bytes[place + 1];
      return (
        (second === undefined ? byFirst.get(first) : byStart.get(first * BYTES + second)) ?? NONE
      );
    },
  };
}

function insert(map: Map<number, readonly Pattern[]>, key: number, pattern: Pattern): void {
  const others = map.get(key) ?? NONE;
  const place = others.findIndex(({ bytes }) => bytes.length < pattern.bytes.length);
  map.set(key, others.toSpliced(place < 0 ? others.length : place, 0, pattern));
}
