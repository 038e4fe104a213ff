// How many hosts are worked on at once: each holds a slot, and lends it to the next one while it waits for a person.

export interface Slots {
  /** Begins when there is a slot, in the order of the calls. */
  hold<T>(work: () => Promise<T>): Promise<T>;
  /** Inside `hold`: gives the slot to others until `wait` is over, and goes on when there is one again. */
  lend<T>(wait: () => Promise<T>): Promise<T>;
}

export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;

  async function take(isReturning: boolean): Promise<void> {
    if (free > 0) {
      free -= 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    if (isReturning) waiting.unshift(resolve);
    else waiting.push(resolve);
    await promise;
  }

  function give(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }

  return {
    async hold(work) {
      await take(false);
      try {
        return await work();
      } finally {
        give();
      }
    },
    async lend(wait) {
      give();
      try {
        return await wait();
      } finally {
        await take(true);
      }
    },
  };
}
