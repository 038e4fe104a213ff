// Calls back soon after something happened, and no more often than that however often it happens.

export interface Throttled {
  (): void;
  dispose(): void;
}

export function throttle(ms: number, callback: () => void): Throttled {
  let timer: NodeJS.Timeout | undefined;
  const happened = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      callback();
    }, ms);
  };
  return Object.assign(happened, {
    dispose() {
      clearTimeout(timer);
      timer = undefined;
    },
  });
}
