// Timers whose callbacks can be broken off: each runs as a microtask, because Node survives the end of one and not of a timer's own callback.
import { AsyncLocalStorage } from "node:async_hooks";
import module from "node:module";
import timers from "node:timers";

type Timer = NodeJS.Timeout | NodeJS.Immediate;
type Start<T extends Timer> = (callback: () => void, ...rest: unknown[]) => T;

/** Timers that one callback has set and that are remembered to be stopped with it. */
const MOST_TIMERS = 100;

export interface InterruptibleTimers {
  /** Stops the timer in whose callback the running code is, and those that this callback has set; false when there are none. */
  stopOwn(): boolean;
}

/** Replaces the timers of this process; what they return, and what they do, stays the same. Those that `isUsers` denies are left as they are. */
export function makeTimersInterruptible(isUsers: () => boolean): InterruptibleTimers {
  const own = new AsyncLocalStorage<Set<Timer>>();

  function interruptible<T extends Timer>(start: Start<T>): Start<T> {
    const replaced = (callback: unknown, ...rest: unknown[]): T => {
      if (typeof callback !== "function" || !isUsers()) {
        return start(callback as () => void, ...rest); // throws what Node throws
      }
      const family = new Set<Timer>();
      const timer = start(
        function fire(this: unknown, ...given: unknown[]) {
          queueMicrotask(() => {
            own.run(family, () => Reflect.apply(callback, this, given) as unknown);
          });
        },
        ...rest,
      );
      family.add(timer);
      remember(own.getStore(), timer);
      return timer;
    };
    return Object.defineProperties(replaced, Object.getOwnPropertyDescriptors(start));
  }

  const replaced = {
    setTimeout: interruptible(globalThis.setTimeout as Start<NodeJS.Timeout>),
    setInterval: interruptible(globalThis.setInterval as Start<NodeJS.Timeout>),
    setImmediate: interruptible(globalThis.setImmediate as Start<NodeJS.Immediate>),
  };
  Object.assign(globalThis, replaced);
  Object.assign(timers, replaced);
  module.syncBuiltinESMExports();

  return {
    stopOwn() {
      const family = own.getStore();
      for (const timer of family ?? []) stop(timer);
      return family !== undefined;
    },
  };
}

function remember(family: Set<Timer> | undefined, timer: Timer): void {
  if (family === undefined) return;
  const [, oldest] = family; // the first is the timer whose callback this is
  if (family.size > MOST_TIMERS && oldest !== undefined) family.delete(oldest);
  family.add(timer);
}

function stop(timer: Timer): void {
  clearTimeout(timer as NodeJS.Timeout);
  clearImmediate(timer as NodeJS.Immediate);
}
