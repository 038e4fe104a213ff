// Gathers what comes close together, so that a hundred hosts are a few messages.

export interface Batch<T> {
  add(items: readonly T[]): void;
  /** Hands over what has been gathered, now. */
  flush(): void;
}

export interface Weight<T> {
  readonly weigh: (item: T) => number;
  /** What weighs as much is handed over at once: a message that is too large would hold up all others. */
  readonly most: number;
}

/** Hands over what was added at most `ms` after its first item came. */
export function batch<T>(
  ms: number,
  { weigh, most }: Weight<T>,
  handOver: (items: T[]) => void,
): Batch<T> {
  let gathered: T[] = [];
  let weight = 0;
  let timer: NodeJS.Timeout | undefined;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (gathered.length === 0) return;
    const items = gathered;
    gathered = [];
    weight = 0;
    handOver(items);
  }
  return {
    add(items) {
      for (const item of items) {
        gathered.push(item);
        weight += weigh(item);
        if (weight >= most) flush();
      }
      if (gathered.length > 0) timer ??= setTimeout(flush, ms);
    },
    flush,
  };
}
