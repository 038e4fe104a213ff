// The components of a server in their order: each is started after those before it, and stopped before them.
import { type Component, type ComponentsReport, createSemaphore } from "re-ops/server";

export interface Components {
  /** Starts those that do not run. */
  go(): Promise<ComponentsReport>;
  /** Stops those that run, the last one first. */
  stop(askedBy?: string): Promise<ComponentsReport>;
}

/** Whoever asks while something is under way waits for its end. */
export function createComponents(list: readonly Component[]): Components {
  const turn = createSemaphore(1);

  return {
    go: () =>
      turn.run(async () => {
        const started: string[] = [];
        for (const component of list) {
          if (component.isRunning()) continue;
          await component.start();
          started.push(component.name);
        }
        return { stopped: [], started, notes: [] };
      }),
    stop: (askedBy) =>
      turn.run(async () => {
        const stopped: string[] = [];
        const notes: string[] = [];
        const expecting = list.map((component) => component.expectStop?.());
        try {
          for (const component of list.toReversed()) {
            if (!component.isRunning()) continue;
            notes.push(...(await component.stop(askedBy)));
            stopped.push(component.name);
          }
        } finally {
          for (const forget of expecting) forget?.();
        }
        return { stopped, started: [], notes };
      }),
  };
}
