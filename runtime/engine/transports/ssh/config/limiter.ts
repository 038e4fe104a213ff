// A bound on how much of something goes on at the same time.

/** Gives a function that starts work when fewer than `most` others are under way, in the order of the calls. */
export function createLimiter(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let active = 0;
  return async (work) => {
    if (active >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else active++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) active--;
      else next(); // Its place in the count passes on.
    }
  };
}
