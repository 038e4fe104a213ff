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
  const first = slots.hold(async () => {
    told.push("first asks");
    await slots.lend(() => answer.promise);
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
    slots.hold(() => slots.lend(() => Promise.reject(new Error("no")))),
    /no/u,
  );
  assert.equal(await slots.hold(() => Promise.resolve(1)), 1);
});
