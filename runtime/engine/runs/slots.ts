// How many hosts are worked on at once: each holds a slot, and lends it to the next one while it waits for a person or a silent host.

export interface Slots {
  /** Begins when there is a slot, in the order of the calls. */
  hold<T>(work: (slot: Slot) => Promise<T>): Promise<T>;
}

export interface Slot {
  /** Gives the slot to others until `wait` is over, and goes on when there is one again. Two at a time lend it once. */
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
      let isHeld = true;
      let isOver = false;
      let lent = 0;
      const release = () => {
        if (isHeld) give();
        isHeld = false;
      };
      const comeBack = async () => {
        if (isOver || lent > 0 || isHeld) return;
        await take(true);
        isHeld = true;
        // Meanwhile the work may have ended, or may wait again.
        if (isOver || lent > 0) release();
      };
      const lend = async <T>(wait: () => Promise<T>): Promise<T> => {
        lent += 1;
        release();
        try {
          return await wait();
        } finally {
          lent -= 1;
          await comeBack();
        }
      };
      try {
        return await work({ lend });
      } finally {
        isOver = true;
        release();
      }
    },
  };
}
