// The live process as its server meets it: over one pipe, with user code that throws, loops, exits and is interrupted.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startLiveProcess } from "../../../language-server/live/live-process.ts";
import { servePort } from "../../../language-server/live/port-server.ts";
import { createEngine } from "../../../runtime/engine/engine.ts";
import { identifyThisProcess, isAlive } from "../../../runtime/project/process-identity.ts";
import {
  LIVE_CHANNEL_FD,
  liveConsole,
  liveEvaluate,
  type LiveEvaluateResult,
  liveInterrupt,
} from "../../../runtime/protocol/live.ts";
import { createPeer } from "../../../runtime/rpc/peer.ts";
import { type Ending, lastFirst, temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";

const ENTRY = fileURLToPath(new URL("../../../runtime/live/process.ts", import.meta.url));
const HEAD = `import { exec, Hosts, pretty, run, tap } from "re-ops";
const here = new Hosts({ transport: "local" }, ["one", "two"]);
`;

type Written = { evaluationId?: string | undefined; stream: string; text: string };

async function openLive(test: Ending) {
  const t = lastFirst(test);
  const folder = await temporaryFolder(t);
  const engine = createEngine({
    stateFolder: path.join(folder, "state"),
    environment: { PATH: process.env["PATH"] ?? "", HOME: folder },
    owner: identifyThisProcess(),
    isAlive,
    onProblem: assert.fail,
  });
  t.after(() => engine.dispose());
  const log: string[] = [];
  const live = await startLiveProcess({
    entry: ENTRY,
    projectFolder: folder,
    log: (line) => void log.push(line),
  });
  t.after(async () => {
    live.kill("the test is over");
    await live.ended;
  });
  const session = servePort({ engine, peer: live.peer, onRunStarted: () => {} });
  const written: Written[] = [];
  live.peer.onNotification(liveConsole, (one) => void written.push(one));
  await live.ready;
  const evaluate = (text: string, evaluationId = text): Promise<LiveEvaluateResult> => {
    const whole = HEAD + text;
    const range = { start: HEAD.length, end: whole.length };
    const file = path.join(folder, "a.ts");
    return live.peer.request(liveEvaluate, {
      evaluationId,
      file,
      text: whole,
      range,
      whole: false,
    });
  };
  const printed = (evaluationId?: string) =>
    written
      .filter((one) => one.evaluationId === evaluationId)
      .map((one) => one.text)
      .join("");
  return { ...live, session, engine, evaluate, printed, folder };
}

test("a value, and what it printed before", async (t) => {
  const live = await openLive(t);
  const result = await live.evaluate("let count = 41; console.log('here'); count += 1;", "one");
  assert.deepEqual(result, { kind: "value", display: "42", detail: "42", runs: [] });
  assert.equal(live.printed("one"), "here\n");
});

test("a pipeline runs in the server's engine, and its summary goes to whoever asked", async (t) => {
  const live = await openLive(t);
  const result = await live.evaluate("run(exec(here, 'hostname'), pretty('names'))", "names");
  assert.ok(result.kind === "value", JSON.stringify(result));
  assert.equal(result.display, "2 ok");
  const [run] = live.engine.listRuns(1);
  assert.deepEqual(result.runs, [run?.header.id]);
  assert.equal(run?.header.evaluationId, "names");
  assert.match(live.printed("names"), /Running names summary:\n\n {2}✔ one\n {2}✔ two/);
});

test("what user code throws where nobody catches it ends nothing, and goes to its evaluation", async (t) => {
  const live = await openLive(t);
  const throwing = "setTimeout(() => { throw new RangeError('late one'); }, 1); 'started'";
  const rejecting = "setTimeout(() => void Promise.reject(new RangeError('left')), 1); 'started'";
  for (const [text, message] of [
    [throwing, /RangeError: late one\n +at .*a\.ts:3/],
    [rejecting, /RangeError: left\n +at .*a\.ts:3/],
  ] as const) {
    assert.equal((await live.evaluate(text)).kind, "value");
    assert.match(await until("what it says", () => live.printed(text)), message);
  }
  assert.equal((await live.evaluate("1 + 1")).kind, "value");
});

test("an interrupt settles one evaluation, stops what it runs, and leaves the others alone", async (t) => {
  const live = await openLive(t);
  const sleeping = live.evaluate("await run(exec(here, 'sleep 300'))", "sleeping");
  const waiting = live.evaluate("new Promise((done) => { globalThis.finish = done; })", "waiting");
  await until("the run", () => live.engine.listRuns(1)[0]?.header.counts.running === 2);
  await live.peer.request(liveInterrupt, { demand: 1, evaluationId: "sleeping" });
  assert.equal((await sleeping).kind, "interrupted");
  const ended = await until("the run's end", () => {
    const header = live.engine.listRuns(1)[0]?.header;
    return header?.state === "running" ? undefined : header;
  });
  assert.equal(ended.state, "cancelled");
  await live.evaluate("globalThis.finish('done')");
  const other = await waiting;
  assert.ok(other.kind === "value");
  assert.equal(other.display, '"done"');
});

test("an interrupt without a name settles all", async (t) => {
  const live = await openLive(t);
  const ones = ["a", "b"].map((id) => live.evaluate("new Promise(() => {})", id));
  await live.peer.request(liveInterrupt, { demand: 1 });
  assert.deepEqual(
    (await Promise.all(ones)).map((one) => one.kind),
    ["interrupted", "interrupted"],
  );
});

test("the same form twice at once: both run, and each prints to its own", async (t) => {
  const live = await openLive(t);
  const text = "await run(exec(here, 'sleep 0.1'), tap(() => console.log('mine')), pretty());";
  const [one, other] = await Promise.all([live.evaluate(text, "1"), live.evaluate(text, "2")]);
  for (const [id, result] of [
    ["1", one],
    ["2", other],
  ] as const) {
    assert.ok(result?.kind === "value");
    assert.equal(result.runs.length, 1);
    assert.match(live.printed(id), /^mine\n\nRun summary:\n\n {2}✔ one\n {2}✔ two\n\n$/);
  }
});

test("a loop that prints fills no memory: its console ends at a bound", async (t) => {
  const live = await openLive(t);
  const text = "for (let i = 0; i < 30; i++) console.log('x'.repeat(100_000));";
  assert.equal((await live.evaluate(text, "loud")).kind, "value");
  const printed = live.printed("loud");
  assert.ok(printed.length < 1_001_000, `${printed.length} characters`);
  assert.match(printed, /the rest is not shown\n$/);
});

test("process.exit ends the process, and who waits is told", async (t) => {
  const live = await openLive(t);
  await live.evaluate("let kept = 1;");
  await assert.rejects(live.evaluate("process.exit(7)"));
  const end = await live.ended;
  assert.match(end.how, /exit code 7/);
  assert.deepEqual(end.lost, ["a.ts: kept"]);
});

test("it ends itself when its server is gone, whatever user code has open", async (t) => {
  const folder = await temporaryFolder(t);
  const child = spawn(process.execPath, [ENTRY, "--project", folder], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  t.after(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit");
  const channel = child.stdio[LIVE_CHANNEL_FD] as Socket;
  const peer = createPeer(channel, channel, { onProblem: () => {} });
  const text = "setInterval(() => {}, 1000); 'busy'";
  const params = { evaluationId: "1", file: path.join(folder, "a.ts"), text, whole: false };
  const range = { start: 0, end: text.length };
  const result = await peer.request(liveEvaluate, { ...params, range });
  assert.equal(result.kind, "value");
  channel.destroy();
  assert.deepEqual(await exited, [0, null]);
});
