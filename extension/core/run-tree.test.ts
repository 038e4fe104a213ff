// The Runs tree: what stands where, what it says, and what it says to a screen reader.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RunStore } from "./run-store.ts";
import { childrenOf, describeNode, parentOf, type RunNode } from "./run-tree.ts";
import { sampleHeader, sampleHost } from "./samples.ts";

test("hosts come first below a run, then the runs that it started", () => {
  const store = sampleStore();
  assert.deepEqual(childrenOf(store, undefined), [{ kind: "run", runId: "run-1" }]);
  const below = childrenOf(store, { kind: "run", runId: "run-1" });
  assert.deepEqual(below, [
    { kind: "host", runId: "run-1", host: "web-2" },
    { kind: "host", runId: "run-1", host: "web-1" },
    { kind: "run", runId: "child" },
  ]);
  for (const node of below) {
    assert.deepEqual(parentOf(store, node), { kind: "run", runId: "run-1" });
  }
  assert.equal(parentOf(store, { kind: "run", runId: "run-1" }), undefined);
});

test("what failed is first, then what runs, waits, was stopped, and what went well", () => {
  const store = new RunStore();
  const states = ["success", "waiting", "exited", "cancelled", "running", "timedOut"] as const;
  const hosts = states.map((state, index) => sampleHost(`h${String(index)}-${state}`, { state }));
  store.apply("/p", [{ header: sampleHeader({ state: "running" }), hosts }]);
  const listed = childrenOf(store, { kind: "run", runId: "run-1" });
  assert.deepEqual(
    listed.map((node) => node.kind === "host" && node.host),
    ["h2-exited", "h5-timedOut", "h4-running", "h1-waiting", "h3-cancelled", "h0-success"],
  );
});

test("a host that waits for its turn does not look as if it was running", () => {
  const store = new RunStore();
  const hosts = [sampleHost("a", { state: "running" }), sampleHost("b", { state: "waiting" })];
  store.apply("/p", [{ header: sampleHeader({ state: "running" }), hosts }]);
  const [running, waiting] = ["a", "b"].map((host) =>
    described(store, { kind: "host", runId: "run-1", host }),
  );
  assert.equal(waiting?.description, "waiting");
  assert.notEqual(waiting.look.icon, running?.look.icon);
});

test("a run says its counts and its time, and offers cancel only while it runs", () => {
  const store = sampleStore();
  const ended = described(store, { kind: "run", runId: "run-1" });
  assert.equal(ended.description, "1 ok · 1 failed · 0.4 s");
  assert.equal(ended.context, "run.ended");
  assert.equal(ended.spoken, "ls / on 2 hosts: failed, 1 ok · 1 failed · 0.4 s");
  assert.equal(ended.label, "ls /");
  const running = described(store, { kind: "run", runId: "child" });
  assert.equal(running.description, "1/3");
  assert.equal(running.context, "run.running");
});

test("a host says how it ended, why, and what next", () => {
  const host = described(sampleStore(), { kind: "host", runId: "run-1", host: "web-2" });
  assert.equal(host.label, "web-2");
  assert.equal(host.description, "no such file | or folder · 0.1 s");
  assert.equal(
    host.tooltip,
    "web-2: exited with 2 · 0.1 s at ls /\nno such file\nor folder\nNext: look\nbin\n3.0 MB of output was cut",
  );
  assert.equal(host.spoken, "web-2: exited with 2 · 0.1 s. no such file\nor folder. look");
});

test("a long title is cut, and whole in the tooltip", () => {
  const store = new RunStore();
  const title = `exec ${"x".repeat(100)} on 3 hosts`;
  store.apply("/p", [{ header: sampleHeader({ title }), hosts: [] }]);
  const data = described(store, { kind: "run", runId: "run-1" });
  assert.equal(data.label.length, 25);
  assert.ok(data.tooltip.startsWith(`${title}\n`));
});

test("identities stay the same while a run goes on", () => {
  const store = sampleStore();
  const before = described(store, { kind: "run", runId: "child" }).id;
  store.apply("/p", [{ header: sampleHeader({ id: "child", parentId: "run-1" }), hosts: [] }]);
  assert.equal(described(store, { kind: "run", runId: "child" }).id, before);
});

test("projects are named only when the window has several", () => {
  const store = sampleStore();
  const node: RunNode = { kind: "run", runId: "run-1" };
  assert.match(describeNode(store, node, () => "lab")?.description ?? "", / · lab$/u);
});

test("every way in which a run ends has its words", () => {
  const store = new RunStore();
  const none = { total: 0, ok: 0, failed: 0, running: 0 };
  const cases = [
    [sampleHeader({ id: "1", state: "notMet" }), "condition not met · 3 ok · 0.4 s"],
    [sampleHeader({ id: "2", state: "unknown" }), "unknown · 3 ok · 0.4 s"],
    [sampleHeader({ id: "3", counts: none }), "no hosts · 0.4 s"],
  ] as const;
  for (const [header, expected] of cases) {
    store.apply("/p", [{ header, hosts: [] }]);
    const data = described(store, { kind: "run", runId: header.id });
    assert.equal(data.description, expected);
  }
});

test("what was forgotten has no description", () => {
  assert.equal(
    describeNode(new RunStore(), { kind: "run", runId: "gone" }, () => undefined),
    undefined,
  );
});

function described(store: RunStore, node: RunNode) {
  const data = describeNode(store, node, () => undefined);
  assert.ok(data);
  return data;
}

function sampleStore(): RunStore {
  const store = new RunStore();
  store.apply("/p", [
    {
      header: sampleHeader({
        title: "ls / on 2 hosts",
        state: "failed",
        counts: { total: 2, ok: 1, failed: 1, running: 0 },
      }),
      hosts: [
        sampleHost("web-1"),
        sampleHost("web-2", {
          state: "exited",
          code: 2,
          message: "no such file\nor folder",
          next: "look",
          cut: 3 * 1024 * 1024,
        }),
      ],
    },
    {
      header: sampleHeader({
        id: "child",
        parentId: "run-1",
        state: "running",
        counts: { total: 3, ok: 1, failed: 0, running: 2 },
      }),
      hosts: [sampleHost("web-1")],
    },
  ]);
  return store;
}
