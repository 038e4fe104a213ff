// Whoever waits for a connection, or for room on one, goes at once when it is called off, even if that was before.
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../waiting/clock.ts";
import type { Connection } from "../transports/transport.ts";
import { createMembers } from "./members.ts";

const live: Connection = {
  place: "root@lab:22",
  closed: new Promise(() => {}),
  open: () => Promise.reject(new Error("nothing is opened here")),
  hold() {},
  dispose() {},
};

/** Rejects with the reason, or with nothing when it does not say so in this turn. */
function soon(waiting: Promise<unknown>): Promise<unknown> {
  return Promise.race([waiting, new Promise(setImmediate)]);
}

test("a wait for room that was called off before it began, and one that is called off", async () => {
  const members = createMembers(systemClock, () => Promise.resolve(live));
  const early = AbortSignal.abort(new Error("cancelled before"));
  await assert.rejects(soon(members.change(early)), /cancelled before/u);
  const later = new AbortController();
  const change = members.change(later.signal);
  later.abort(new Error("cancelled now"));
  await assert.rejects(soon(change), /cancelled now/u);
});

test("a connection that is there is not given to who was called off", async () => {
  const members = createMembers(systemClock, () => Promise.resolve(live));
  const { signal } = new AbortController();
  const member = await members.any(1000, signal);
  assert.equal(await members.any(1000, signal), member);
  await assert.rejects(members.any(1000, AbortSignal.abort(new Error("cancelled"))), /cancelled/u);
});
