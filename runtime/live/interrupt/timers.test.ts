// Timers that can be broken off are timers as before: arguments, `this`, what they return, how they are cleared and promisified.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import timers from "node:timers";
import { promisify } from "node:util";
import { makeTimersInterruptible } from "./timers.ts";

// They stay replaced for the rest of this process, as in the live process.
const users = new AsyncLocalStorage<boolean>();
const { stopOwn } = makeTimersInterruptible(() => users.getStore() === true);
const asUser = <T>(body: () => T): T => users.run(true, body);

test("arguments, `this` and the context arrive", async () => {
  const context = new AsyncLocalStorage<string>();
  const seen = await new Promise<unknown[]>((done) => {
    asUser(() =>
      context.run("mine", () => {
        const timer: NodeJS.Timeout = setTimeout(
          function (this: unknown, ...given: unknown[]) {
            done([...given, this === timer, context.getStore()]);
          },
          1,
          "a",
          2,
        );
      }),
    );
  });
  assert.deepEqual(seen, ["a", 2, true, "mine"]);
});

test("a timer that is cleared never fires, an immediate too", async () => {
  const fired: string[] = [];
  asUser(() => {
    clearTimeout(setTimeout(() => fired.push("timeout"), 1));
    clearImmediate(setImmediate(() => fired.push("immediate")));
  });
  await asUser(() => new Promise((done) => setTimeout(done, 5)));
  assert.deepEqual(fired, []);
});

test("node:timers and promisify give the same", async () => {
  assert.equal(timers.setTimeout, setTimeout);
  assert.equal(await asUser(() => promisify(setTimeout)(1, "value")), "value");
  const noCallback: unknown = undefined;
  assert.throws(() => asUser(() => setImmediate(noCallback as () => void)), {
    code: "ERR_INVALID_ARG_TYPE",
  });
});

test("a callback runs in a job of its own", async () => {
  const frames = await asUser(
    () => new Promise<string>((done) => setTimeout(() => done(new Error("here").stack ?? ""), 1)),
  );
  assert.doesNotMatch(frames, /listOnTimeout/);
});

test("what a callback belongs to is stopped with all timers that it has set; others go on", async () => {
  const counts = { interval: 0, set: 0, other: 0 };
  const other = asUser(() => setInterval(() => (counts.other += 1), 1));
  const stopped = await asUser(
    () =>
      new Promise<boolean>((done) => {
        setInterval(() => {
          counts.interval += 1;
          setTimeout(() => (counts.set += 1), 1);
          done(stopOwn());
        }, 1);
      }),
  );
  assert.equal(stopped, true);
  const before = counts.other;
  while (counts.other < before + 3) await asUser(() => new Promise((done) => setTimeout(done, 1)));
  clearInterval(other);
  assert.deepEqual([counts.interval, counts.set], [1, 0]);
  assert.equal(asUser(stopOwn), false);
});
