// A deadline must pass when the other side is silent, and must not when only this process was busy.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { type Clock, systemClock } from "../clock.ts";
import { startDeadline } from "./deadline.ts";

const SERVER_THAT_ANSWERS_AFTER_50_MS = `
  const { createServer } = require("node:net");
  const { parentPort } = require("node:worker_threads");
  const server = createServer((socket) => setTimeout(() => socket.end("here"), 50));
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

function blockEventLoop(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test("passes when its time is over, and not when it was called off", async () => {
  const passed: string[] = [];
  const cancel = startDeadline(systemClock, 20, () => passed.push("cancelled"));
  cancel();
  const keepAlive = setInterval(() => {}, 1000);
  await new Promise<void>((resolve) => {
    startDeadline(systemClock, 20, () => {
      passed.push("kept");
      resolve();
    });
  });
  clearInterval(keepAlive);
  assert.deepEqual(passed, ["kept"]);
});

test("an answer that came while this process was busy counts", async (t) => {
  const worker = new Worker(SERVER_THAT_ANSWERS_AFTER_50_MS, { eval: true });
  t.after(async () => void (await worker.terminate()));
  const [port] = (await once(worker, "message")) as [number];
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  let expired = false;
  const cancel = startDeadline(systemClock, 100, () => (expired = true));
  const answer = once(socket, "data");
  blockEventLoop(400);
  await answer;
  cancel();
  assert.equal(expired, false);
});

test("a slice that ends late counts as the slice only", () => {
  const pending: (() => void)[] = [];
  const waits: number[] = [];
  const clock: Clock = {
    ...systemClock,
    after: (ms, callback) => {
      waits.push(ms);
      pending.push(callback);
      return () => {};
    },
  };
  const cancel = startDeadline(clock, 10_000, () => {});
  for (let callback = pending.shift(); callback !== undefined; callback = pending.shift())
    callback();
  cancel();
  assert.equal(
    waits.reduce((sum, ms) => sum + ms, 0),
    10_000,
  );
  assert.ok(Math.max(...waits) <= 1000);
});
