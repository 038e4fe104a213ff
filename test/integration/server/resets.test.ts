// Many resets of one server leave nothing behind: sockets, timers, children and listeners are as many as before.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { getStatus, type Status } from "re-ops/protocol";
import { makePrivateFolder } from "re-ops/server";
import { takePlace } from "../../../language-server/lifecycle/presence.ts";
import { serve } from "../../../language-server/server.ts";
import { childrenOf } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { displayOf, evaluateIn } from "./evaluating.ts";
import { liveEntry, makeProject } from "./project.ts";

const RESETS = 100;

/** User code that leaves something of each kind behind: a timer, a listener, a child, an open file, a connection. */
const text = `import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { exec, Hosts, run } from "re-ops";
import { reset } from "re-ops/live";
const here = new Hosts({ transport: "local" }, ["localhost"]);
setInterval(() => {}, 1000);
process.on("warning", () => {});
spawn("sleep", ["600"]);
openSync("/dev/null");
if (import.meta.repl) {
  run(exec(here, "true"));
  await reset();
  [process.getActiveResourcesInfo().filter((one) => one !== "Immediate").toSorted(), process.eventNames().length, process.listenerCount("warning")];
}
`;

/** What this process holds, which is the server here. */
async function held() {
  const listeners = process.eventNames().map((name) => process.listenerCount(name));
  return {
    resources: Object.entries(Object.groupBy(process.getActiveResourcesInfo(), (name) => name))
      .map(([name, all = []]) => `${all.length} ${name}`)
      .sort(),
    files: readdirSync("/proc/self/fd").length,
    children: (await childrenOf(process.pid)).length,
    listeners: listeners.reduce((sum, count) => sum + count, 0),
  };
}

/** Once it is at rest: an answer leaves a timer or two for a moment. */
function heldAtRest(): ReturnType<typeof held> {
  let last = "";
  const look = async () => {
    const now = await held();
    const isSame = JSON.stringify(now) === last;
    last = JSON.stringify(now);
    return isSame ? now : undefined;
  };
  return until("the server to be at rest", look, { everyMs: 250 });
}

test(`${RESETS} resets leave nothing behind`, { timeout: 300_000 }, async (t) => {
  const project = await makeProject(t, { "a.ts": text });
  makePrivateFolder(project.stateFolder);
  // The server is this process: what it starts is known by the project's mark.
  Object.assign(process.env, { RE_OPS_TEST: project.environment["RE_OPS_TEST"] });
  const server = await serve({
    settings: { project: project.folder, live: liveEntry, hash: "test", "idle-ms": 60_000 },
    stateFolder: project.stateFolder,
    presence: takePlace(project.stateFolder, "test", () => {}),
    environment: project.environment,
    log: () => {},
  });
  t.after(() => server.end("the test is over"));
  const window = await project.connect();
  const press = (at: string) => evaluateIn(project, window, text, `  ${at}`);
  const status = (): Promise<Status> => window.runtime.request(getStatus, {});
  const pids = new Set<number | undefined>();

  async function useAndReset(): Promise<void> {
    await displayOf(evaluateIn(project, window, text, "", { mode: "file" }));
    assert.equal(await displayOf(press("run(")), "1 ok");
    assert.match(
      await displayOf(press("await reset")),
      /^reset: journal, connections, live process$/,
    );
    pids.add((await status()).live.pid);
  }

  await useAndReset(); // loads what is loaded once
  const liveBefore = await displayOf(press("[process."));
  const before = await heldAtRest();
  for (let count = 0; count < RESETS; count += 1) await useAndReset();
  const liveAfter = await displayOf(press("[process."));
  assert.equal(liveAfter, liveBefore);
  await until("the server to hold as much as before", async () => {
    const now = await held();
    return JSON.stringify(now) === JSON.stringify(before);
  }).catch(async () => assert.deepEqual(await held(), before));
  assert.equal(pids.size, RESETS + 1, "each has a live process of its own");
  assert.equal((await project.processes()).length, before.children, "and no other has any of its");
});
