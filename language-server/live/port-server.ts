// The engine port across the process boundary: does for a live process what it asks of the engine, and sends results in batches.
import {
  type Engine,
  type Peer,
  type PortSession,
  portCancelRun,
  portEndRun,
  portExpect,
  portRunStep,
  portStartRun,
  type RunDescription,
  runCancelled,
  type StepResult,
  stepResults,
} from "re-ops/server";
import { batch } from "./batch.ts";

/** Long enough to gather what hosts answer at the same time, too short to be seen. */
const BATCH_MS = 5;

const BY_OUTPUT = {
  weigh(result: StepResult): number {
    const printed = result.kind === "success" ? result.value : result;
    return "out" in printed ? (printed.out?.length ?? 0) + (printed.err?.length ?? 0) : 0;
  },
  most: 1024 * 1024,
};

export interface PortServerOptions {
  readonly engine: Engine;
  readonly peer: Peer;
  readonly onRunStarted: (run: RunDescription) => void;
}

/** Serves the port until the peer is gone; the session is for abandoning what is under way then. */
export function servePort({ engine, peer, onRunStarted }: PortServerOptions): PortSession {
  const session = engine.openPort();
  const { port } = session;
  peer.onNotification(portExpect, (hosts) => {
    port.expect(hosts);
  });
  peer.onRequest(portStartRun, async (run) => {
    await port.startRun(run, (reason) => {
      peer.notify(runCancelled, { runId: run.id, reason });
    });
    onRunStarted(run);
    return {};
  });
  peer.onRequest(portRunStep, async (step) => {
    const { runId, index } = step;
    const results = batch<StepResult>(BATCH_MS, BY_OUTPUT, (gathered) => {
      peer.notify(stepResults, { runId, index, results: gathered });
    });
    const end = await port.runStep(step, (some) => {
      results.add(some);
    });
    results.flush();
    return end;
  });
  peer.onRequest(portEndRun, async (end) => {
    await port.endRun(end);
    return {};
  });
  peer.onRequest(portCancelRun, ({ runId, reason }) => port.cancelRun(runId, reason));
  return session;
}
