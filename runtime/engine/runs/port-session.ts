// The engine's side of the port of one process of user code: begins its runs, and leaves them when that process dies.
import type { HostsValue } from "../../describe/hosts/hosts.ts";
import type { EnginePort, RunDescription } from "../../port.ts";
import type { Redaction } from "../secrets/redaction.ts";
import { ActiveRun, type RunTools } from "./active-run.ts";
import type { ActiveRuns } from "./active-runs.ts";
import type { RunRecord } from "./run-record.ts";

/** The port of one process of user code, and what to do when that process dies. */
export interface PortSession {
  readonly port: EnginePort;
  /** Its runs end their step under way; those that are not over then are `interrupted`, with `reason`. */
  abandon(reason: string): void;
}

export interface PortSessionOptions {
  readonly active: ActiveRuns;
  readonly redaction: Redaction;
  readonly expect: (hosts: HostsValue) => void;
  /** What a run works with; nothing while Re-ops is stopped. */
  readonly toolsFor: (run: RunDescription) => RunTools | undefined;
  readonly onBegun: (record: RunRecord) => void;
  readonly onEnded: (record: RunRecord) => void;
}

export function openPortSession(options: PortSessionOptions): PortSession {
  const { active, redaction, expect } = options;
  const own = new Set<ActiveRun>();
  const port: EnginePort = {
    expect,
    startRun(description, onCancel) {
      const tools = options.toolsFor(description);
      if (tools === undefined) return Promise.reject(isStopped());
      const shown = { ...description, title: redaction.text(description.title) };
      const onEnd = () => {
        active.delete(description.id);
        own.delete(run);
        options.onEnded(run.record);
      };
      const parent = active.get(description.parentId ?? "");
      const run = new ActiveRun(shown, tools, onCancel, onEnd, parent?.asked);
      active.add(run);
      own.add(run);
      options.onBegun(run.record);
      return Promise.resolve();
    },
    async runStep(step, onResults) {
      const run = active.get(step.runId);
      if (run === undefined) throw new Error(`run ${step.runId} is not under way`);
      return run.step({ ...step, label: redaction.text(step.label) }, onResults);
    },
    endRun({ runId, verdict, message }) {
      const told = message === undefined ? {} : { message: redaction.text(message) };
      active.get(runId)?.end({ verdict, ...told }); // an abandoned or disposed run has ended already
      return Promise.resolve();
    },
    cancelRun: (runId, reason) => active.cancel(runId, reason),
  };
  return {
    port,
    abandon(reason) {
      for (const run of own) void run.abandon(reason);
    },
  };
}

function isStopped(): Error {
  return new Error("Re-ops is stopped, so nothing runs: evaluate `go()` of re-ops/live first");
}
