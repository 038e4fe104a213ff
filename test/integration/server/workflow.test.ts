// Go, stop, reset and refresh of a real server: from user code, and from a window.
import assert from "node:assert/strict";
import { access, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { controlComponents, getStatus, refreshFiles, type Status } from "re-ops/protocol";
import type { ServerConnection } from "re-ops/client";
import { until } from "../../support/until.ts";
import { displayOf, evaluateIn } from "./evaluating.ts";
import { makeProject, type Project } from "./project.ts";

const head = `import { exec, Hosts, run } from "re-ops";
import { go, once, refresh, reset, stop } from "re-ops/live";
const here = new Hosts({ transport: "local" }, ["localhost"]);
let count = 1;
const kept = once(() => count + 1);
`;
const uses = `${head}if (import.meta.repl) {
  [count, kept];
  count = 7;
  run(exec(here, "echo out"));
  run(exec(here, "touch sleeping; sleep 60"));
  await new Promise(() => {});
  await stop();
  await go();
  await reset();
  await refresh();
  setTimeout(() => void reset(), 1);
  (await stop(), await go(), "both");
}
`;

/** A run is under way before its script is: one that is stopped then may still run. */
async function untilAsleep({ environment }: Project): Promise<void> {
  const file = path.join(environment["HOME"] ?? "", "sleeping");
  await until("the sleep to run", () => access(file).then(() => true));
}

const statusOf = ({ runtime }: ServerConnection): Promise<Status> => runtime.request(getStatus, {});

test("between stop and go nothing runs and nothing is connected, names stay and refresh works", async (t) => {
  const project = await makeProject(t, { "a.ts": uses, "b.ts": "export const b = 1;\n" });
  const window = await project.connect();
  const press = (at: string) => evaluateIn(project, window, uses, `  ${at}`);
  const whole = { mode: "file" } as const;
  await displayOf(evaluateIn(project, window, uses, "", whole));
  await displayOf(
    evaluateIn(project, window, "export const b = 1;\n", "", { ...whole, file: "b.ts" }),
  );
  await displayOf(press("count = 7"));
  assert.equal(await displayOf(press('run(exec(here, "echo')), "1 ok");
  const sleeping = press('run(exec(here, "touch');
  const hanging = press("await new Promise");
  await untilAsleep(project);
  const pid = (await statusOf(window)).live.pid;

  const stopped = await displayOf(press("await stop"));
  assert.match(stopped, /stopped: \["live process", "connections", "journal"\]/);
  assert.match(stopped, /Stopped what ran on 1 host/);
  assert.equal((await hanging).kind, "interrupted");
  assert.equal((await sleeping).kind, "interrupted");
  assert.equal((await statusOf(window)).connections, 0);
  const refused = await press('run(exec(here, "echo');
  assert.ok(refused.kind === "error");
  assert.match(refused.error.message, /Re-ops is stopped.*go\(\)/);
  assert.match(await displayOf(press("await stop")), /stopped: \[\]/);

  await writeFile(path.join(project.folder, "b.ts"), "export const b = 2;\n");
  assert.match(await displayOf(press("await refresh")), /evaluated: \["b.ts"\]/);

  assert.match(
    await displayOf(press("await go")),
    /started: \["journal", "connections", "live process"\]/,
  );
  assert.equal(await displayOf(press('run(exec(here, "echo')), "1 ok");
  assert.equal(await displayOf(press("[count, kept]")), "[7, 2]");
  assert.equal((await statusOf(window)).live.pid, pid);
  assert.equal(await displayOf(press("(await stop()")), '"both"');
});

test("what a stop has stopped is told also when its run is over long before what user code holds", async (t) => {
  const text = `${head}const over = Promise.withResolvers<unknown>();
import.meta.dispose?.(() => over.promise);
if (import.meta.repl) {
  await run(exec(here, "touch sleeping; sleep 60")).then(over.resolve, over.reject);
}
`;
  const project = await makeProject(t, { "a.ts": text });
  const window = await project.connect();
  await displayOf(evaluateIn(project, window, text, "", { mode: "file" }));
  void evaluateIn(project, window, text, "  await run", { mode: "form" });
  await untilAsleep(project);
  const { notes } = await window.runtime.request(controlComponents, { action: "stop" });
  assert.deepEqual(notes, ["Stopped what ran on 1 host."]);
});

test("reset from user code answers who asked, when all of it is true", async (t) => {
  const project = await makeProject(t, { "a.ts": uses });
  const window = await project.connect();
  const press = (at: string) => evaluateIn(project, window, uses, `  ${at}`);
  await displayOf(evaluateIn(project, window, uses, "", { mode: "file" }));
  await displayOf(press("count = 7"));
  const hanging = press("await new Promise");
  const { pid } = (await statusOf(window)).live;
  const result = await press("await reset");
  assert.ok(result.kind === "value", JSON.stringify(result));
  assert.equal(result.display, "reset: journal, connections, live process");
  assert.match(result.note ?? "", /`let` values gone: a\.ts: count/);
  const { live } = await statusOf(window);
  assert.equal(live.state, "ready");
  assert.notEqual(live.pid, pid);
  assert.equal((await hanging).kind, "interrupted");
  const empty = await press("[count, kept]");
  assert.ok(empty.kind === "error");
  assert.match(empty.error.message, /`kept` has not been evaluated yet/);
  const text = uses.replace("count = 1", "count = 10");
  await displayOf(evaluateIn(project, window, text, "", { mode: "file" }));
  assert.equal(await displayOf(evaluateIn(project, window, text, "  [count, kept]")), "[10, 11]");
  assert.equal(await displayOf(press('run(exec(here, "echo')), "1 ok");
});

test("a timer may reset too: windows are told", async (t) => {
  const project = await makeProject(t, { "a.ts": uses });
  const window = await project.connect();
  await displayOf(evaluateIn(project, window, uses, "", { mode: "file" }));
  const { pid } = (await statusOf(window)).live;
  await evaluateIn(project, window, uses, "  setTimeout", { mode: "form" });
  await until("another live process", async () => {
    const { live } = await statusOf(window);
    return live.state === "ready" && live.pid !== pid;
  });
});

test("a window refreshes, resets, stops and starts; a broken file is told at its place", async (t) => {
  const project = await makeProject(t, {
    "a.ts": "export const a = 1;\n",
    "gone.ts": "export const b = 1;\n",
  });
  const window = await project.connect();
  const { runtime } = window;
  for (const [file, text] of [
    ["a.ts", "export const a = 1;\n"],
    ["gone.ts", "export const b = 1;\n"],
  ] as const) {
    await displayOf(evaluateIn(project, window, text, "", { mode: "file", file }));
  }
  const file = path.join(project.folder, "a.ts");
  await writeFile(file, "export const a = 2;\nconst broken = ;\n");
  const failed = await runtime.request(refreshFiles, { all: false });
  assert.ok(failed.kind === "error");
  assert.deepEqual([failed.error.file, failed.error.line], [file, 2]);
  await writeFile(file, "export const a = 3;\n");
  await rm(path.join(project.folder, "gone.ts"));
  assert.deepEqual(await runtime.request(refreshFiles, { all: false }), {
    kind: "done",
    report: {
      evaluated: ["a.ts"],
      reread: [],
      deleted: ["gone.ts"],
      gone: [{ file: "gone.ts", names: ["b"] }],
    },
  });
  const all = await runtime.request(refreshFiles, { all: true });
  assert.deepEqual(all.kind === "done" && all.report.evaluated, ["a.ts"]);
  const names = ["journal", "connections", "live process"];
  const control = (action: "go" | "stop" | "reset") =>
    runtime.request(controlComponents, { action });
  assert.deepEqual((await control("stop")).stopped, names.toReversed());
  assert.deepEqual((await control("go")).started, names);
  const { stopped, started } = await control("reset");
  assert.deepEqual([stopped, started], [names.toReversed(), names]);
  assert.equal((await statusOf(window)).live.state, "ready");
});
