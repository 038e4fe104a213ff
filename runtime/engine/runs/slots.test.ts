// Never more at once than there are slots, and who waits for a person holds nobody up.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { createSlots } from "./slots.ts";

test("as many at once as there are slots, in the order in which they came", async () => {
  const slots = createSlots(2);
  const begun: number[] = [];
  const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const all = ends.map(({ promise }, index) =>
    slots.hold(async () => {
      begun.push(index);
      await promise;
    }),
  );
  await turn();
  assert.deepEqual(begun, [0, 1]);
  ends[1]?.resolve();
  await turn();
  assert.deepEqual(begun, [0, 1, 2]);
  for (const { resolve } of ends) resolve();
  await Promise.all(all);
  assert.deepEqual(begun, [0, 1, 2, 3]);
});

test("who lends its slot lets the next one begin, and goes on before those that have not begun", async () => {
  const slots = createSlots(1);
  const told: string[] = [];
  const answer = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const first = slots.hold(async (slot) => {
    told.push("first asks");
    await slot.lend(() => answer.promise);
    told.push("first goes on");
  });
  const other = slots.hold(async () => {
    told.push("second");
    await second.promise;
  });
  const third = slots.hold(() => Promise.resolve(told.push("third")));
  await turn();
  assert.deepEqual(told, ["first asks", "second"]);
  answer.resolve();
  await turn();
  assert.deepEqual(told, ["first asks", "second"], "one slot is one slot");
  second.resolve();
  await Promise.all([first, other, third]);
  assert.deepEqual(told, ["first asks", "second", "first goes on", "third"]);
});

test("work that fails gives its slot back", async () => {
  const slots = createSlots(1);
  await assert.rejects(
    slots.hold((slot) => slot.lend(() => Promise.reject(new Error("no")))),
    /no/u,
  );
  assert.equal(await slots.hold(() => Promise.resolve(1)), 1);
});

test("who waits for two things lends one slot, and has it back when both are over", async () => {
  const slots = createSlots(1);
  const told: string[] = [];
  const [one, two, other] = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const first = slots.hold(async (slot) => {
    const both = [one, two].map((wait) => slot.lend(async () => wait?.promise));
    await Promise.all(both);
    told.push("first goes on");
  });
  const next = ["second", "third"].map((name) =>
    slots.hold(async () => {
      told.push(name);
      await other?.promise;
    }),
  );
  await turn();
  assert.deepEqual(told, ["second"]);
  one?.resolve();
  await turn();
  other?.resolve();
  await Promise.all(next);
  assert.deepEqual(told, ["second", "third"]);
  two?.resolve();
  await first;
  assert.deepEqual(told, ["second", "third", "first goes on"]);
});

test("work that ends while it has lent its slot, or waits to have it back, keeps none", async () => {
  const slots = createSlots(1);
  const [wait, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await slots.hold((slot) => {
    void slot.lend(() => wait.promise);
    return Promise.resolve();
  });
  const second = slots.hold((slot) => {
    void slot.lend(() => Promise.resolve());
    return turn();
  });
  const third = slots.hold(() => other.promise);
  await second;
  wait.resolve();
  other.resolve();
  await third;
  await turn();
  const begun: string[] = [];
  const last = Promise.withResolvers<void>();
  const all = ["one", "two"].map((name) =>
    slots.hold(async () => {
      begun.push(name);
      await last.promise;
    }),
  );
  await turn();
  assert.deepEqual(begun, ["one"], "there is one slot, neither none nor two");
  last.resolve();
  await Promise.all(all);
});
