// A connection is found again after every loss, patiently, and at once when somebody asks.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { ServerConnection } from "re-ops/client";
import { createPeer } from "re-ops/server";
import { type ConnectionTools, ProjectConnection } from "./project-connection.ts";

test("greets a server before anybody can use it, and again after a loss", async (t) => {
  const { connection, servers, greeted } = start(t);
  const first = await connection.whenConnected();
  assert.deepEqual(greeted, [first]);
  assert.equal(connection.state.kind, "ready");
  servers[0]?.dispose();
  await settled();
  const second = await connection.whenConnected();
  assert.notEqual(second, first);
  assert.deepEqual(greeted, [first, second]);
});

test("waits longer after each failure, and says how many there were", async (t) => {
  const { connection, failWith, waits } = start(t, { isStuck: true });
  failWith(new Error("no server"));
  for (const expected of [0, 250, 1000]) {
    await settled();
    assert.equal(waits.at(-1)?.ms, expected);
    waits.at(-1)?.over();
  }
  await settled();
  assert.deepEqual(connection.state, { kind: "lost", attempts: 4, message: "no server" });
});

test("somebody who asks does not wait for the next try", async (t) => {
  const { connection, failWith, waits } = start(t, { isStuck: true });
  failWith(new Error("no server"));
  await settled();
  waits[0]?.over();
  await settled();
  assert.equal(waits.length, 2);
  failWith(undefined);
  connection.hurry();
  await connection.whenConnected();
  assert.equal(connection.state.kind, "ready");
});

test("who asks in the midst of a try that fails does not wait for the next one either", async (t) => {
  const tries: PromiseWithResolvers<ServerConnection>[] = [];
  const { connection } = start(t, {
    isStuck: true,
    connect: () => {
      const one = Promise.withResolvers<ServerConnection>();
      tries.push(one);
      return one.promise;
    },
  });
  connection.hurry();
  tries[0]?.reject(new Error("the setting was wrong"));
  await settled();
  assert.equal(tries.length, 2);
});

test("after disposal nothing is tried any more, and the server is let go", async (t) => {
  const { connection, servers, waits } = start(t);
  const server = await connection.whenConnected();
  connection.dispose();
  await server.closed;
  await settled();
  assert.equal(connection.server, undefined);
  assert.equal(servers.length, 1);
  assert.equal(waits.length, 0);
});

type Ending = { after(finish: () => void): void };

function start(
  t: Ending,
  { isStuck = false, ...given }: { isStuck?: boolean } & Partial<ConnectionTools> = {},
) {
  const servers: ServerConnection[] = [];
  const greeted: ServerConnection[] = [];
  const waits: { ms: number; over: () => void }[] = [];
  let failure: Error | undefined = isStuck ? new Error("not yet") : undefined;
  const tools: ConnectionTools = {
    connect: () => {
      if (failure !== undefined) return Promise.reject(failure);
      const server = openServer();
      servers.push(server);
      return Promise.resolve(server);
    },
    greet: (_, server) => {
      greeted.push(server);
    },
    onStateChange: () => {},
    wait: (ms, signal) =>
      new Promise((resolve) => {
        waits.push({ ms, over: resolve });
        signal.addEventListener("abort", () => {
          resolve();
        });
        if (!isStuck || signal.aborted) resolve();
      }),
    now: () => 0,
    ...given,
  };
  const connection = new ProjectConnection("/project", tools);
  void connection.keep();
  t.after(() => {
    connection.dispose();
  });
  const failWith = (error: Error | undefined) => {
    failure = error;
  };
  return { connection, servers, greeted, waits, failWith };
}

/** A real peer whose other end is silent. */
function openServer(): ServerConnection {
  const runtime = createPeer(new PassThrough(), new PassThrough(), { onProblem: () => {} });
  return {
    runtime,
    hello: {
      reops: "welcome",
      proof: "",
      protocol: 1,
      version: "0.0.0",
      hash: "development",
      project: "/project",
      pid: 1,
      capabilities: [],
    },
    evaluate: () => Promise.reject(new Error("the other end is silent")),
    openLsp: () => Promise.resolve(new PassThrough()),
    closed: runtime.closed,
    dispose: () => {
      runtime.dispose();
    },
  };
}

async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
