// The runtime door: what a client may ask about evaluations, runs, output and the server itself.
import type { Socket } from "node:net";
import {
  addDependency,
  cancelRun,
  controlComponents,
  evaluate,
  followOutput,
  formsAbove,
  getStatus,
  interrupt,
  listRuns,
  outputChanged,
  readOutput,
  readOutputPage,
  readValue,
  refreshFiles,
  restartLive,
  type Status,
  stopServer,
} from "re-ops/protocol";
import { createPeer, type Engine, HeardText, type Peer } from "re-ops/server";
import { formsAbove as findFormsAbove } from "re-ops/syntax";
import type { RecentDocuments } from "re-ops/syntax";
import type { LiveSide } from "../live/live-side.ts";
import { reportRuns } from "./run-reports.ts";

export interface RuntimeDoor {
  readonly engine: Engine;
  readonly live: Pick<
    LiveSide,
    "evaluate" | "interrupt" | "cancelRun" | "readValue" | "restart" | "workflow"
  >;
  readonly sources: RecentDocuments;
  status(): Status;
  stop(force: boolean): { stopped: boolean; message: string };
  addDependency(): Promise<{ added: boolean; message: string }>;
}

/** Answers one client for as long as it is connected. */
export function serveRuntime(socket: Socket, door: RuntimeDoor, log: (line: string) => void): Peer {
  const { engine, live } = door;
  const peer = createPeer(socket, socket, {
    onProblem: (problem) => {
      log(`a client: ${problem.message}`);
    },
  });
  const texts = new HeardText();
  const reports = reportRuns(peer, engine);
  peer.onRequest(evaluate, (params) => {
    const text = texts.hear(params.file, params.text);
    if (params.environment !== undefined) engine.setEnvironment(params.environment);
    reports.follow(params.evaluationId, params.report);
    return live.evaluate({ ...params, text }, peer);
  });
  peer.onRequest(formsAbove, ({ file, text, cursor }) => {
    const found = findFormsAbove(door.sources.read(file, text), cursor);
    return "error" in found ? found : { ranges: found };
  });
  peer.onRequest(readValue, ({ evaluationId }) => live.readValue(evaluationId));
  peer.onRequest(interrupt, ({ evaluationId }) => live.interrupt(evaluationId, peer));
  peer.onRequest(restartLive, async () => ({ lost: await live.restart(peer) }));
  peer.onRequest(refreshFiles, (which) => live.workflow.refresh(which));
  peer.onRequest(controlComponents, ({ action }) => live.workflow.control(action));
  peer.onRequest(listRuns, ({ limit }) => ({ runs: engine.listRuns(limit) }));
  peer.onRequest(cancelRun, ({ runId }) => live.cancelRun(runId, peer));
  peer.onRequest(readOutput, ({ runId, host, headBytes }) =>
    engine.readOutput(runId, host, headBytes),
  );
  peer.onRequest(readOutputPage, (page) => engine.readOutputPage(page));
  peer.onRequest(getStatus, () => door.status());
  peer.onRequest(stopServer, ({ force }) => door.stop(force));
  peer.onRequest(addDependency, () => door.addDependency());
  serveFollowing(peer, engine);
  return peer;
}

function serveFollowing(peer: Peer, engine: Engine): void {
  const followed = new Map<string, () => void>();
  const unfollow = (key: string) => {
    followed.get(key)?.();
    followed.delete(key);
  };
  peer.onRequest(followOutput, ({ runId, host, follow }) => {
    const key = JSON.stringify([runId, host]);
    unfollow(key);
    if (follow) {
      const stop = engine.onOutput(runId, host, () => {
        peer.notify(outputChanged, { runId, host });
      });
      followed.set(key, stop);
    }
    return {};
  });
  void peer.closed.then(() => {
    for (const key of followed.keys()) unfollow(key);
  });
}
