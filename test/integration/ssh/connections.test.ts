// Connections: made once, kept, shared, given back; sessions within what the host allows; nothing left open at the end.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { startSshHosts } from "../../lab/ssh-hosts.ts";
import { processesWith } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { makeLabReach, runProgram, startTrustedHost } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => /^(?:TCP|Pipe|Process)/u.test(name))
    .length;
}

test("steps at the same time and one after another share one connection", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const ends = await Promise.all(
    Array.from({ length: 8 }, async () => (await lab.run(sshd.host, "true", { auth })).end),
  );
  assert.ok(ends.every((end) => isDeepStrictEqual(end, OK)));
  await lab.configure(`Host box\n  HostName ${sshd.host}\n`);
  assert.deepEqual((await lab.run("box", "true", { auth })).end, OK);
  assert.equal(sshd.opened(), 1);
  assert.equal(lab.reach.connectionCount(), 1);
  lab.reach.setEnvironment({ ...lab.environment });
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  assert.equal(sshd.opened(), 1);
});

test("another user or key is another connection", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  await lab.run(sshd.host, "true", { auth });
  const { end } = await lab.run(sshd.host, "true", { auth: { ...auth, sshKey: "~/none" } });
  assert.equal(end.kind, "refused");
  assert.equal(sshd.opened(), 2);
});

test("a host that allows one session at a time still stops what is cancelled", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab, { maxSessions: 1 });
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const [cancel, giveUp] = [new AbortController(), new AbortController()];
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const ran = lab.run(sshd.host, `export ${mark}; echo up; sleep 300`, {
    auth,
    signal: cancel.signal,
    onOutput: () => resolve(),
  });
  await begun;
  const waiting = lab.run(sshd.host, "true", { auth, signal: giveUp.signal });
  giveUp.abort();
  cancel.abort();
  const { end } = await ran;
  assert.equal(end.kind, "cancelled", JSON.stringify(end));
  assert.deepEqual(await processesWith(mark), []);
  const { end: waited } = await waiting;
  assert.match(
    "message" in waited ? waited.message : "",
    /^cancelled while .+; nothing was started/u,
  );
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  await until(
    "the connection for stopping to be closed",
    async () => (await sshd.connections()) === 1,
  );
});

test("when all who wait for a connection give up, connecting ends; who stays gets it", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  await sshd.freeze();
  const [one, both] = [new AbortController(), new AbortController()];
  const gaveUp = lab.run(sshd.host, "true", { auth, signal: one.signal });
  const stayed = lab.run(sshd.host, "true", { auth });
  one.abort();
  assert.equal((await gaveUp).end.kind, "cancelled");
  await sshd.thaw();
  assert.deepEqual((await stayed).end, OK);
  const other = await startTrustedHost(t, lab);
  await other.sshd.freeze();
  const ran = lab.run(other.sshd.host, "true", { auth: other.auth, signal: both.signal });
  both.abort();
  assert.equal((await ran).end.kind, "cancelled");
  await other.sshd.thaw();
  await until("no connection to the second", async () => (await other.sshd.connections()) === 0);
});

test("a host that falls silent in mid-command is noticed; one that answers is kept", async (t) => {
  const keepalives: (() => void)[] = [];
  const lab = await makeLabReach(
    t,
    {},
    {
      ...systemClock,
      after(ms, callback) {
        if (ms !== 15_000) return systemClock.after(ms, callback);
        keepalives.push(callback);
        return () => {};
      },
    },
  );
  const { sshd, auth } = await startTrustedHost(t, lab);
  const askNow = () => keepalives.shift()?.();
  for (let i = 0; i < 6; i++) {
    assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
    askNow();
  }
  assert.equal(sshd.opened(), 1);
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const ran = lab.run(sshd.host, "echo up; sleep 300", { auth, onOutput: () => resolve() });
  await begun;
  await sshd.freeze();
  for (let i = 0; i < 4; i++) askNow();
  const { end } = await ran;
  assert.equal(end.kind, "unknown");
  assert.match("message" in end ? end.message : "", /: no answer for 45 s; it may have ended/u);
  assert.equal(lab.reach.connectionCount(), 0);
});

test("forty hosts at once, each with its own answer; then nothing is left open", async (t) => {
  const before = openSockets();
  const lab = await makeLabReach(t);
  const fleet = await startSshHosts(40, {
    authorized: [lab.key.publicKeyLine],
    maxStartups: "100",
  });
  t.after(() => fleet.stop());
  const servers = openSockets();
  await lab.trust(fleet.known, { hashed: true });
  const auth = (port: number) => ({ port, sshKey: lab.key.file });
  await lab.reach.warm({
    auth: auth(fleet.hosts[0]?.port ?? 0),
    hosts: fleet.hosts.map(({ address }) => address),
    limits: {},
  });
  assert.equal(lab.reach.connectionCount(), 0);
  const answers = await Promise.all(
    fleet.hosts.map(async ({ address, port }) => {
      const { out } = await lab.run(address, "echo $RE_OPS_HOST", { auth: auth(port) });
      return out.trim();
    }),
  );
  assert.deepEqual(
    answers,
    fleet.hosts.map(({ name }) => name),
  );
  assert.equal(lab.reach.connectionCount(), 40);
  await lab.reach.dispose();
  assert.equal(lab.reach.connectionCount(), 0);
  assert.ok(openSockets() <= servers, `${openSockets()} sockets, ${servers} of them the servers'`);
  await fleet.stop();
  await until("every handle to be given back", () => openSockets() <= before);
});

test("a kept connection does not keep a plain program alive", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const { stdout } = await runProgram(lab, sshd.host, "sleep 1; echo done", auth);
  assert.equal(stdout, "done\n\nexited 1\n");
});
