// Ends a server by itself once nobody is connected and nothing runs, and that has lasted a while.

export interface IdleWatch {
  /** To be called whenever somebody came or went, or something started or ended. */
  look(): void;
  dispose(): void;
}

export function watchIdle(options: {
  readonly isIdle: () => boolean;
  /** How long it must last; asked when it begins. */
  readonly graceMs: () => number;
  readonly onIdle: () => void;
}): IdleWatch {
  let timer: NodeJS.Timeout | undefined;
  function look(): void {
    if (!options.isIdle()) {
      clearTimeout(timer);
      timer = undefined;
      return;
    }
    timer ??= setTimeout(() => {
      timer = undefined;
      if (options.isIdle()) options.onIdle();
    }, options.graceMs());
  }
  look();
  return {
    look,
    dispose() {
      clearTimeout(timer);
    },
  };
}
