// Time in which a person is waited for: it is no host's fault, so no time-out counts it.

export interface Waiting {
  isUnderWay(): boolean;
  /** Resolves when nobody is waited for. */
  over(): Promise<void>;
  /** Counts the time until `work` has settled as waiting. */
  during<T>(work: Promise<T>): Promise<T>;
}

/** `aside` wraps the whole time, and may make it longer. */
export function createWaiting(
  aside: <T>(wait: () => Promise<T>, whom: "person") => Promise<T> = (wait) => wait(),
): Waiting {
  let count = 0;
  let end = Promise.withResolvers<void>();
  end.resolve();
  return {
    isUnderWay: () => count > 0,
    over: () => end.promise,
    async during(work) {
      count += 1;
      if (count === 1) end = Promise.withResolvers<void>();
      try {
        return await aside(() => work, "person");
      } finally {
        count -= 1;
        if (count === 0) end.resolve();
      }
    },
  };
}
