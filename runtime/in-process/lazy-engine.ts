// An engine that is loaded and opened by the first call of its port: a program that only describes needs none of it.
import type { EnginePort } from "../port.ts";
import type { OwnEngine } from "./own-engine.ts";

export interface LazyEngine {
  readonly port: EnginePort;
  /** Where this run is worked on right now. */
  busyHosts(runId: string): readonly string[];
  /** Closes what was opened; a later call opens it anew. */
  dispose(): Promise<void>;
}

/** For the project that `directory` belongs to. */
export function lazyEngine(directory: string, environment: NodeJS.ProcessEnv): LazyEngine {
  let opened: Promise<OwnEngine> | undefined;
  let own: OwnEngine | undefined;
  const load = async () => {
    const { openOwnEngine } = await import("./own-engine.ts");
    return (own = await openOwnEngine(directory, environment));
  };
  const open = () => (opened ??= load());
  return {
    port: {
      expect: (hosts) => void opened?.then(({ port }) => port.expect(hosts)),
      startRun: async (...args) => (await open()).port.startRun(...args),
      runStep: async (...args) => (await open()).port.runStep(...args),
      endRun: async (...args) => (await open()).port.endRun(...args),
      cancelRun: async (...args) => (await open()).port.cancelRun(...args),
    },
    busyHosts: (runId) => own?.engine.busyHosts(runId) ?? [],
    async dispose() {
      const closing = opened;
      opened = undefined;
      const ending = await closing?.catch(() => undefined); // whoever wanted it open was told why it is not
      await ending?.engine.dispose();
    },
  };
}
