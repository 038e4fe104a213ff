// The engine port across the process boundary: asks the server for what user code describes, and hands results on as they come.
import type { EnginePort, StepResult } from "../port.ts";
import {
  portCancelRun,
  portEndRun,
  portExpect,
  portRunStep,
  portStartRun,
  runCancelled,
  stepResults,
} from "../protocol/live.ts";
import type { Peer } from "../rpc/peer.ts";

export function createPortClient(peer: Peer): EnginePort {
  const cancels = new Map<string, (reason: string) => void>();
  const steps = new Map<string, (results: readonly StepResult[]) => void>();
  peer.onNotification(runCancelled, ({ runId, reason }) => {
    const cancel = cancels.get(runId);
    cancels.delete(runId);
    cancel?.(reason);
  });
  peer.onNotification(stepResults, ({ runId, index, results }) => {
    steps.get(stepKey(runId, index))?.(results);
  });
  return {
    expect({ auth, hosts, limits }) {
      peer.notify(portExpect, { auth, hosts, limits });
    },
    async startRun(run, onCancel) {
      cancels.set(run.id, onCancel);
      try {
        await peer.request(portStartRun, run);
      } catch (error) {
        cancels.delete(run.id);
        throw error;
      }
    },
    async runStep(step, onResults) {
      const key = stepKey(step.runId, step.index);
      steps.set(key, onResults);
      try {
        return await peer.request(portRunStep, {
          ...step,
          answers: [...step.answers],
          target: { ...step.target, hosts: [...step.target.hosts] },
        });
      } finally {
        steps.delete(key);
      }
    },
    async endRun(end) {
      cancels.delete(end.runId);
      await peer.request(portEndRun, end);
    },
    cancelRun: (runId, reason) => peer.request(portCancelRun, { runId, reason }),
  };
}

function stepKey(runId: string, index: number): string {
  return `${runId}/${String(index)}`;
}
