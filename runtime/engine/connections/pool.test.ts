// A host whose connection died is connected as it is reached today, not as it was when it was first reached.
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../waiting/clock.ts";
import type { Route } from "../transports/transport.ts";
import type { Channels } from "./channels.ts";
import { createPool } from "./pool.ts";

const { signal } = new AbortController();

/** Hosts that are reached in several ways, and whose connections can be cut. */
function createNetwork() {
  const ways: string[] = [];
  const closers: (() => void)[] = [];
  const pool = createPool(systemClock, () => 60_000);
  const routeTo = (host: string, way: string, via?: Route): Route => ({
    identity: host,
    place: host,
    ...(via !== undefined && { via }),
    connect() {
      ways.push(way);
      const { promise: closed, resolve } = Promise.withResolvers<string>();
      const dispose = () => resolve("gone");
      closers.push(dispose);
      const open = () => Promise.reject(new Error("nothing is opened here"));
      return Promise.resolve({ place: host, closed, open, hold() {}, dispose });
    },
  });
  return {
    ways,
    pool,
    routeTo,
    use: (route: Route, work: (channels: Channels) => Promise<void> = () => Promise.resolve()) =>
      pool.use(route, 1000, signal, work),
    async cut() {
      for (const close of closers) close();
      await new Promise(setImmediate);
    },
  };
}

test("by the newest way, to a jump host too", async () => {
  const { ways, pool, routeTo, use, cut } = createNetwork();
  await use(routeTo("web", "before"));
  await use(routeTo("gate", "gate before"));
  await cut();
  await use(routeTo("web", "after", routeTo("gate", "gate after")));
  assert.deepEqual(ways, ["before", "gate before", "gate after", "after"]);
  await pool.dispose();
});

test("by that of somebody who still works there, when whoever came later has gone", async () => {
  const { ways, pool, routeTo, use, cut } = createNetwork();
  await use(routeTo("web", "first"), async (channels) => {
    await use(routeTo("web", "second"));
    await cut();
    await channels.ready(1000, signal);
  });
  assert.deepEqual(ways, ["first", "first"]);
  await pool.dispose();
});
