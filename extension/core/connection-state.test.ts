// What the status bar says, and how patient a lost connection is.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Status } from "re-ops/protocol";
import { describeStatus, retryDelayMs, type ConnectionState } from "./connection-state.ts";

test("no project, no status", () => {
  assert.equal(describeStatus([], idle), undefined);
});

test("each state has its words", () => {
  assert.equal(text({ kind: "connecting" }), "$(sync~spin) Re-ops: starting");
  assert.equal(text(ready("ready")), "$(terminal) Re-ops");
  assert.equal(text(ready("ready"), { runs: 2, evaluations: 0 }), "$(sync~spin) Re-ops: 2 running");
  const looping = { runs: 0, evaluations: 1 };
  assert.equal(text(ready("ready"), looping), "$(sync~spin) Re-ops: 1 evaluating");
  assert.equal(text(ready("restarting")), "$(sync~spin) Re-ops: restarting");
  const lost = { kind: "lost", attempts: 2, message: "refused" } as const;
  assert.equal(text(lost), "$(warning) Re-ops: connecting again");
});

test("the tooltip has a line for each project, the worst state decides the text", () => {
  const view = describeStatus(
    [
      { project: "/a", state: ready("ready") },
      { project: "/b", state: { kind: "lost", attempts: 1, message: "gone" } },
    ],
    { runs: 1, evaluations: 2 },
  );
  assert.equal(view?.severity, "warning");
  assert.equal(
    view?.tooltip,
    "/a: ready, 3 hosts connected, server 7\n/b: no server (gone), trying again\nRuns under way: 1\nEvaluations under way: 2",
  );
});

test("tries come quickly at first and never stop", () => {
  assert.deepEqual([1, 2, 3, 7, 1000].map(retryDelayMs), [0, 250, 1000, 30_000, 30_000]);
});

const idle = { runs: 0, evaluations: 0 };

function text(state: ConnectionState, work = idle): string | undefined {
  return describeStatus([{ project: "/a", state }], work)?.text;
}

function ready(state: Status["live"]["state"]): ConnectionState {
  const status = {
    pid: 7,
    version: "0.1.0",
    project: "/a",
    startedAt: 0,
    live: { state, restarts: 0 },
    connections: 3,
    clients: 1,
    channels: 0,
    running: 0,
    evaluating: 0,
  };
  return { kind: "ready", status };
}
