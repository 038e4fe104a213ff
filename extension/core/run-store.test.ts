// Runs keep their order and their children through changes, reconnects and forgetting.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RunStore, type KnownRun, type RunStoreChange } from "./run-store.ts";
import { sampleHeader, sampleHost } from "./samples.ts";

test("newest first, whatever the order in which they are told", () => {
  const store = new RunStore();
  store.apply("/p", [change("b", 2), change("a", 1), change("c", 3)]);
  assert.deepEqual(ids(store.roots()), ["c", "b", "a"]);
});

test("a child stands under its parent, not in the list, and not in the evaluation's counts", () => {
  const store = new RunStore();
  store.apply("/p", [
    { header: sampleHeader({ id: "parent", evaluationId: "e" }), hosts: [] },
    { header: sampleHeader({ id: "child", parentId: "parent", evaluationId: "e" }), hosts: [] },
  ]);
  assert.deepEqual(ids(store.roots()), ["parent"]);
  assert.deepEqual(ids(store.childrenOf("parent")), ["child"]);
  assert.deepEqual(ids(store.ofEvaluation("e")), ["parent"]);
});

test("a change brings the whole header and only the hosts that changed", () => {
  const store = new RunStore();
  store.apply("/p", [
    {
      header: sampleHeader({ id: "a", state: "running" }),
      hosts: [sampleHost("h1", { state: "running" }), sampleHost("h2", { state: "running" })],
    },
  ]);
  const changes: RunStoreChange[] = [];
  store.onChange((one) => changes.push(one));
  store.apply("/p", [{ header: sampleHeader({ id: "a" }), hosts: [sampleHost("h2")] }]);
  const run = store.get("a");
  assert.deepEqual(
    [...(run?.hosts.values() ?? [])].map((host) => host.state),
    ["running", "success"],
  );
  assert.deepEqual(changes, [{ runs: ["a"], list: false }]);
});

test("what a server tells at a connection replaces the runs of its project and no other", () => {
  const store = new RunStore();
  store.apply("/p", [change("lost", 1)]);
  store.apply("/q", [change("other", 2)]);
  store.replace("/p", [change("new", 4), change("old", 3)]);
  assert.deepEqual(ids(store.roots()), ["new", "old", "other"]);
});

test("the oldest finished runs are forgotten with their children, running ones never", () => {
  const store = new RunStore();
  store.apply("/p", [
    { header: sampleHeader({ id: "runs on", state: "running", startedAt: 0 }), hosts: [] },
    change("oldest", 1),
    { header: sampleHeader({ id: "child", parentId: "oldest", startedAt: 1 }), hosts: [] },
  ]);
  store.apply(
    "/p",
    Array.from({ length: 200 }, (_, index) => change(`r${String(index)}`, index + 2)),
  );
  assert.notEqual(store.get("runs on"), undefined);
  assert.equal(store.get("oldest"), undefined);
  assert.equal(store.get("child"), undefined);
  assert.equal(store.running(), 1);
});

test("an evaluation keeps those of its runs that are not forgotten", () => {
  const store = new RunStore();
  const changes = Array.from({ length: 201 }, (_, index) => ({
    header: sampleHeader({ id: `r${String(index)}`, startedAt: index, evaluationId: "e" }),
    hosts: [],
  }));
  store.apply("/p", changes);
  assert.deepEqual(
    ids(store.ofEvaluation("e")),
    changes.slice(1).map(({ header }) => header.id),
  );
});

function change(id: string, startedAt: number) {
  return { header: sampleHeader({ id, startedAt }), hosts: [] };
}

function ids(runs: readonly KnownRun[]): string[] {
  return runs.map((run) => run.header.id);
}
