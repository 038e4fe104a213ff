// Hundreds of hosts that print a megabyte each: user code gets what fits, nobody waits for it, and nothing of it is lost.
import assert from "node:assert/strict";
import { readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startLiveProcess } from "../../../language-server/live/live-process.ts";
import { servePort } from "../../../language-server/live/port-server.ts";
import type { Reach } from "../../../runtime/engine/connections/reach.ts";
import { createEngine } from "../../../runtime/engine/engine.ts";
import { identifyThisProcess, isAlive } from "../../../runtime/project/process-identity.ts";
import {
  liveEvaluate,
  type LiveEvaluateResult,
  stepResults,
} from "../../../runtime/protocol/live.ts";
import { lastFirst, temporaryFolder } from "../../support/temporary.ts";

const MEGABYTE = 1024 * 1024;
const HOSTS = 128;

const program = `import { Hosts, exec, run } from "re-ops";
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
`;
const form = `(async () => {
  const hosts = new Hosts({}, Array.from({ length: ${HOSTS} }, (_, count) => "host-" + count));
  const { success } = await run(exec(hosts, "print"));
  const values = success.map((one) => one.value);
  return JSON.stringify({
    hosts: new Set(success.map((one) => one.host)).size,
    held: sum(values.map(({ out }) => Buffer.byteLength(out.replace(/\\n\\[.*\\]\\n/u, "")))),
    cut: sum(values.map(({ cut }) => cut)),
    rests: values.filter(({ cut, rest }) => (cut > 0) === (rest !== undefined)).length,
  });
})();`;

test("hundreds of megabytes of a step: 64 of them travel, the rest is on disk, and others are served meanwhile", async (context) => {
  const t = lastFirst(context);
  const folder = await temporaryFolder(t);
  const engine = createEngine({
    stateFolder: folder,
    environment: {},
    owner: identifyThisProcess(),
    isAlive,
    onProblem: assert.fail,
    reach: printingMegabytes(),
  });
  t.after(() => engine.dispose());
  const file = path.join(folder, "program.ts");
  const text = program + form;
  await writeFile(file, text);
  const live = await startLiveProcess({
    entry: fileURLToPath(new URL("../../../runtime/live/process.ts", import.meta.url)),
    projectFolder: folder,
    log: assert.fail,
  });
  t.after(async () => {
    live.kill("the test is over");
    await live.ended;
  });
  let largest = 0;
  const peer: typeof live.peer = {
    ...live.peer,
    notify(type, params) {
      const isResults = type.method === stepResults.method;
      if (isResults) largest = Math.max(largest, JSON.stringify(params).length);
      live.peer.notify(type, params);
    },
  };
  servePort({ engine, peer, onRunStarted: () => {} });
  await live.ready;
  const ended = live.peer.request(liveEvaluate, {
    evaluationId: "bulk",
    file,
    text,
    range: { start: program.length, end: text.length },
    whole: false,
  });
  let served = 0;
  const results: LiveEvaluateResult[] = [];
  void ended.then((result) => results.push(result));
  while (results.length === 0) {
    served += engine.runningCount();
    await setImmediate();
  }
  const [result] = results;
  assert.ok(result?.kind === "value", JSON.stringify(result));
  const told: unknown = JSON.parse(result.detail);
  const { held, ...counts } = told as { held: number; cut: number };
  assert.deepEqual(counts, { hosts: HOSTS, rests: HOSTS, cut: HOSTS * MEGABYTE - held });
  assert.ok(held > 60 * MEGABYTE && held < 68 * MEGABYTE, `${held / MEGABYTE} MB travelled`);
  assert.ok(largest < 3 * MEGABYTE, `one message of ${largest / MEGABYTE} MB`);
  assert.ok(served > HOSTS, `only ${served} others were served`);
  await engine.dispose();
  const onDisk = await sizeOf(path.join(folder, "spool"));
  assert.ok(onDisk >= HOSTS * MEGABYTE, `${onDisk / MEGABYTE} MB on disk`);
});

/** Hosts that print a megabyte each, in pieces. */
function printingMegabytes(): Reach {
  const piece = Buffer.alloc(64 * 1024, "x");
  return {
    async execute(_target, _script, { onOutput }) {
      for (let count = 0; count < 16; count += 1) {
        await setImmediate();
        await onOutput("out", Buffer.from(piece));
      }
      return { kind: "exited", code: 0 };
    },
    setEnvironment() {},
    warm: () => Promise.resolve(),
    connectionCount: () => 0,
    channelCount: () => 0,
    dispose: () => Promise.resolve(),
  };
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((file) => file.isFile())
    .map(async (file) => (await stat(path.join(file.parentPath, file.name))).size);
  return (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
}
