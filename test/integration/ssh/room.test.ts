// Room on a host: more commands than sessions, more logins than it takes at once, and connections that nobody needs any more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Clock, systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { nobody } from "../../../runtime/engine/questions/question.ts";
import { startSshHosts } from "../../lab/ssh-hosts.ts";
import { startClosingServer } from "../../lab/silent-server.ts";
import { until } from "../../support/until.ts";
import { makeLabReach, startTrustedHost } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };

/** A clock whose timers of one length wait until they are told to go off. */
function holdTimers(heldMs: number): { clock: Clock; goOff(): void; waiting(): number } {
  const held = new Set<() => void>();
  return {
    clock: {
      ...systemClock,
      after(ms, callback) {
        if (ms !== heldMs) return systemClock.after(ms, callback);
        held.add(callback);
        return () => void held.delete(callback);
      },
    },
    goOff() {
      const all = [...held];
      held.clear();
      for (const callback of all) callback();
    },
    waiting: () => held.size,
  };
}

/** Commands that all run at the same time: each ends when it is told to. */
function runAtOnce(lab: Awaited<ReturnType<typeof makeLabReach>>, host: string, auth: object) {
  const controller = new AbortController();
  let begun = 0;
  const start = () =>
    lab.run(host, "echo up; exec sleep 300", {
      auth,
      signal: controller.signal,
      onOutput: () => (begun += 1),
    });
  return { start, begun: () => begun, stop: () => controller.abort() };
}

test("more commands at the same time than sessions get further connections, which are closed when they are idle", async (t) => {
  const surplus = holdTimers(10_000);
  const lab = await makeLabReach(t, {}, surplus.clock);
  const { sshd, auth } = await startTrustedHost(t, lab, { maxSessions: 3 });
  const { start, begun, stop } = runAtOnce(lab, sshd.host, auth);
  const running = Array.from({ length: 10 }, start);
  await until("all ten to run at the same time", () => begun() === 10);
  assert.equal(lab.reach.connectionCount(), 4);
  stop();
  for (const { end } of await Promise.all(running)) assert.equal(end.kind, "cancelled");
  await until("no command", () => lab.reach.channelCount() === 0);
  surplus.goOff();
  await until("one connection", async () => (await sshd.connections()) === 1);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  assert.equal(lab.reach.connectionCount(), 1);
});

test("a host is asked for eight connections at most; who finds no room waits", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab, { maxSessions: 1 });
  const { start, begun, stop } = runAtOnce(lab, sshd.host, auth);
  const running = Array.from({ length: 10 }, start);
  await until("eight to run", () => begun() === 8);
  assert.equal(lab.reach.connectionCount(), 8);
  stop();
  await Promise.all(running);
  assert.equal(begun(), 8);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
});

for (const transport of ["ssh", "openssh"] as const) {
  test(`steps one after another find room on a host that opens one session at a time (${transport})`, async (t) => {
    const lab = await makeLabReach(t, {}, systemClock, nobody, { residentShells: "none" });
    const { sshd, auth } = await startTrustedHost(t, lab, { maxSessions: 1 });
    for (let step = 0; step < 10; step += 1) {
      assert.deepEqual(
        (await lab.run(sshd.host, "true", { auth: { ...auth, transport } })).end,
        OK,
      );
    }
    assert.equal(sshd.opened(), 1);
  });
}

test("thirty logins at a server that takes three at once: it drops the others, which come again and all succeed", async (t) => {
  const lab = await makeLabReach(t);
  const fleet = await startSshHosts(30, {
    authorized: [lab.key.publicKeyLine],
    maxStartups: "3:100:3",
  });
  t.after(() => fleet.stop());
  await lab.trust(fleet.known);
  const ends = await Promise.all(
    fleet.hosts.map(async ({ address, port }) => {
      const auth = { port, sshKey: lab.key.file };
      return (await lab.run(address, "true", { auth, connectTimeoutMs: 60_000 })).end;
    }),
  );
  for (const end of ends) assert.deepEqual(end, OK);
  const log = fleet.servers.map((server) => server.log()).join("");
  assert.match(log, /drop connection #\d+ .* past MaxStartups|beginning MaxStartups throttling/u);
});

test("a server that always hangs up is tried again with growing pauses until the time is over", async (t) => {
  const pauses: number[] = [];
  /** Time passes in pauses only. */
  const elapsed = () => pauses.reduce((sum, ms) => sum + ms, 0);
  const lab = await makeLabReach(
    t,
    {},
    {
      ...systemClock,
      elapsed,
      after(ms, callback) {
        if (![200, 400, 800, 1600].includes(ms)) return () => {};
        pauses.push(ms);
        return systemClock.after(0, callback);
      },
    },
    nobody,
    { random: () => 1 },
  );
  const closing = await startClosingServer();
  t.after(() => closing.stop());
  const { end } = await lab.run(closing.host, "true", {
    auth: { port: closing.port },
    connectTimeoutMs: 1500,
  });
  assert.equal(end.kind, "unreachable");
  assert.match("message" in end ? end.message : "", /while waiting .+, each of 4 times$/u);
  assert.deepEqual(pauses, [200, 400, 800]);
  assert.equal(closing.opened(), pauses.length + 1);
});

test("a connection that nobody uses is closed after the idle time, and made anew without a word", async (t) => {
  const idle = holdTimers(420_000);
  const lab = await makeLabReach(t, { RE_OPS_IDLE_MINUTES: "7" }, idle.clock);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const { start, begun, stop } = runAtOnce(lab, sshd.host, auth);
  const running = start();
  await until("it to run", () => begun() === 1);
  assert.equal(idle.waiting(), 0, "something is under way, so nothing is idle");
  stop();
  await running;
  assert.equal(idle.waiting(), 1);
  idle.goOff();
  await until("no connection", async () => (await sshd.connections()) === 0);
  assert.equal(lab.reach.connectionCount(), 0);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  assert.equal(sshd.opened(), 2);
});
