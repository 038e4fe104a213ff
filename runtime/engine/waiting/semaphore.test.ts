// Places are taken in order, passed on by who leaves or gives up, and kept by work that goes on.
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { createSemaphore } from "./semaphore.ts";

/** Work that ends when it is told to. */
function createWorks() {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    log,
    start: (name: string) => () => {
      log.push(`${name} begins`);
      const { promise, resolve } = Promise.withResolvers<string>();
      ends.set(name, () => {
        log.push(`${name} ends`);
        resolve(name);
      });
      return promise;
    },
    async end(name: string) {
      ends.get(name)?.();
      await setImmediate();
    },
  };
}

test("as many as there are places work at the same time, the others in the order in which they came", async () => {
  const { run } = createSemaphore(2);
  const { log, start, end } = createWorks();
  const all = ["a", "b", "c", "d"].map((name) => run(start(name)));
  await setImmediate();
  assert.deepEqual(log, ["a begins", "b begins"]);
  await end("b");
  await end("a");
  await end("c");
  await end("d");
  assert.deepEqual(log.slice(2), ["b ends", "c begins", "a ends", "d begins", "c ends", "d ends"]);
  assert.deepEqual(await Promise.all(all), ["a", "b", "c", "d"]);
});

test("work that fails, at once or later, gives its place back", async () => {
  const { run } = createSemaphore(1);
  const fail = () => {
    throw new Error("no");
  };
  await assert.rejects(run(fail), /no/u);
  await assert.rejects(
    run(async () => fail()),
    /no/u,
  );
  assert.equal(await run(async () => "yes"), "yes");
});

test("a place that is given back twice is free once", async () => {
  const { acquire } = createSemaphore(1);
  const release = await acquire();
  release();
  release();
  await acquire();
  let isIn = false;
  void acquire().then(() => (isIn = true));
  await setImmediate();
  assert.equal(isIn, false);
});

test("who gives up while waiting never begins, and keeps nobody waiting", async () => {
  const { acquire, run } = createSemaphore(1);
  const { log, start } = createWorks();
  const release = await acquire();
  const controller = new AbortController();
  const second = run(start("second"), controller.signal);
  const third = run(async () => "third");
  controller.abort(new Error("gone"));
  await assert.rejects(second, /gone/u);
  release();
  assert.equal(await third, "third");
  await assert.rejects(acquire(AbortSignal.abort(new Error("before"))), /before/u);
  assert.deepEqual(log, []);
});

test("a place that falls to who gives up in the same moment passes on, whichever comes first", async () => {
  for (const isAbortedFirst of [true, false]) {
    const { acquire, run } = createSemaphore(1);
    const { log, start } = createWorks();
    const release = await acquire();
    const controller = new AbortController();
    const second = run(start("second"), controller.signal);
    await setImmediate();
    if (isAbortedFirst) controller.abort(new Error("gone"));
    release();
    if (!isAbortedFirst) controller.abort(new Error("gone"));
    await assert.rejects(second, /gone/u);
    (await acquire())();
    assert.deepEqual(log, []);
  }
});

test("work whose caller has gone keeps its place until it is over", async () => {
  const { run } = createSemaphore(1);
  const { log, start, end } = createWorks();
  const controller = new AbortController();
  const first = run(start("first"), controller.signal);
  const second = run(start("second"));
  await setImmediate();
  controller.abort(new Error("gone"));
  await assert.rejects(first, /gone/u);
  await setImmediate();
  assert.deepEqual(log, ["first begins"]);
  await end("first");
  await end("second");
  assert.equal(await second, "second");
  assert.deepEqual(log, ["first begins", "first ends", "second begins", "second ends"]);
});
