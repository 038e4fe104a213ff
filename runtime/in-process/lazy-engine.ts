// An engine that is opened by the first call of its port: finding the project and its journal takes a moment, describing a run does not.
import type { EnginePort } from "../port.ts";
import { openOwnEngine, type OwnEngine } from "./own-engine.ts";

export interface LazyEngine {
  readonly port: EnginePort;
  /** Closes what was opened; a later call opens it anew. */
  dispose(): Promise<void>;
}

/** For the project that `directory` belongs to. */
export function lazyEngine(directory: string, environment: NodeJS.ProcessEnv): LazyEngine {
  let opened: Promise<OwnEngine> | undefined;
  const open = () => (opened ??= openOwnEngine(directory, environment));
  return {
    port: {
      startRun: async (...args) => (await open()).port.startRun(...args),
      runStep: async (...args) => (await open()).port.runStep(...args),
      endRun: async (...args) => (await open()).port.endRun(...args),
      cancelRun: async (...args) => (await open()).port.cancelRun(...args),
    },
    async dispose() {
      const closing = opened;
      opened = undefined;
      await (await closing)?.engine.dispose();
    },
  };
}
