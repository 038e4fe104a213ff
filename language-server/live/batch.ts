// Gathers what comes close together, so that a hundred hosts are a few messages.

export interface Batch<T> {
  add(items: readonly T[]): void;
  /** Hands over what has been gathered, now. */
  flush(): void;
}

/** Hands over what was added at most `ms` after its first item came. */
export function batch<T>(ms: number, handOver: (items: T[]) => void): Batch<T> {
  let gathered: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (gathered.length === 0) return;
    const items = gathered;
    gathered = [];
    handOver(items);
  }
  return {
    add(items) {
      gathered.push(...items);
      timer ??= setTimeout(flush, ms);
    },
    flush,
  };
}
