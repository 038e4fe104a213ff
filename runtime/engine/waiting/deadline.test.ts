// A deadline must pass when the other side is silent, and must not when only this process was busy.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { type Clock, systemClock } from "./clock.ts";
import { startDeadline } from "./deadline.ts";

/** Another thread's, so that it answers while this one is blocked; it waits to be asked, and says when it has answered. */
const ANSWERING_SERVER = `
  const { createServer } = require("node:net");
  const { parentPort, workerData } = require("node:worker_threads");
  const server = createServer((socket) => {
    Atomics.wait(workerData, 0, 0);
    socket.end("here", () => {
      Atomics.store(workerData, 1, 1);
      Atomics.notify(workerData, 1);
    });
  });
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
  const flags = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(ANSWERING_SERVER, { eval: true, workerData: flags });
  t.after(async () => void (await worker.terminate()));
  const [port] = (await once(worker, "message")) as [number];
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  let expired = false;
  const cancel = startDeadline(systemClock, 100, () => (expired = true));
  const answer = once(socket, "data");
  Atomics.store(flags, 0, 1);
  Atomics.notify(flags, 0);
  Atomics.wait(flags, 1, 0);
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
