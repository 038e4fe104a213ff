// Links that break without a word, and servers that are started anew: what was under way says so, what comes next connects anew.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type TestContext, test } from "node:test";
import type { Auth } from "../../../runtime/describe/hosts/hosts.ts";
import { type Clock, systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { nobody } from "../../../runtime/engine/questions/question.ts";
import { type NetworkNamespace, makeNetworkNamespace } from "../../lab/network-namespace.ts";
import { startRelay } from "../../lab/relay.ts";
import { until } from "../../support/until.ts";
import { type LabReach, makeLabReach, startTrustedHost } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };
const KEEPALIVE_MS = 15_000;

/** A clock on which keepalive questions are asked when the test says so. */
function holdKeepalive(): { clock: Clock; passFifteenSeconds(): void } {
  const held = new Set<() => void>();
  return {
    clock: {
      ...systemClock,
      after(ms, callback) {
        if (ms !== KEEPALIVE_MS) return systemClock.after(ms, callback);
        held.add(callback);
        return () => void held.delete(callback);
      },
    },
    passFifteenSeconds() {
      const all = [...held];
      held.clear();
      for (const callback of all) callback();
    },
  };
}

async function startFarHost(
  t: TestContext,
  lab: LabReach,
): Promise<{ link: NetworkNamespace; host: string; auth: Auth }> {
  const link = await makeNetworkNamespace();
  t.after(() => link.stop());
  const { sshd, auth } = await startTrustedHost(t, lab, {
    addresses: [link.address],
    namespace: link.name,
  });
  return { link, host: sshd.host, auth };
}

function startLong(lab: LabReach, host: string, auth: Auth, script: string) {
  const begun = Promise.withResolvers<void>();
  let out = "";
  const ran = lab.run(host, script, {
    auth,
    onOutput(_stream, chunk) {
      out += chunk.toString();
      begun.resolve();
    },
  });
  return { ran, begun: begun.promise, out: () => out };
}

test("a link that is cut for half a minute: the command goes on, and nothing of its output is lost", async (t) => {
  const { clock, passFifteenSeconds } = holdKeepalive();
  const lab = await makeLabReach(t, {}, clock);
  const { link, host, auth } = await startFarHost(t, lab);
  const { ran, begun, out } = startLong(
    lab,
    host,
    auth,
    `echo up; i=0; while [ $i -lt 10 ]; do sleep 0.1; i=$((i + 1)); echo $i; done`,
  );
  await begun;
  await link.cut();
  passFifteenSeconds();
  passFifteenSeconds();
  await sleep(300); // Something has to be said into the gap.
  await link.mend();
  assert.deepEqual((await ran).end, OK);
  assert.equal(out(), "up\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
  assert.equal(lab.reach.connectionCount(), 1);
});

test("a link that is cut for a minute: what runs there is unknown, what starts is timedOut, and when it is mended all is well", async (t) => {
  const { clock, passFifteenSeconds } = holdKeepalive();
  const lab = await makeLabReach(t, {}, clock);
  const { link, host, auth } = await startFarHost(t, lab);
  const { ran, begun } = startLong(lab, host, auth, "echo up; exec sleep 300");
  await begun;
  await link.cut();
  for (let i = 0; i < 4; i++) passFifteenSeconds();
  const { end } = await ran;
  assert.equal(end.kind, "unknown");
  assert.match("message" in end ? end.message : "", /: no answer for 45 s; it may have ended/u);
  const late = await lab.run(host, "true", { auth, connectTimeoutMs: 500 });
  assert.equal(late.end.kind, "timedOut");
  assert.match(
    "message" in late.end ? late.end.message : "",
    /^timed out after 0.5 s while connecting/u,
  );
  await link.mend();
  assert.deepEqual((await lab.run(host, "true", { auth })).end, OK);
});

/** A host behind a relay that can be cut. */
async function startRelayedHost(t: TestContext, lab: LabReach, transport: "ssh" | "openssh") {
  const { sshd, auth } = await startTrustedHost(t, lab);
  const relay = await startRelay({ host: sshd.host, port: sshd.port });
  t.after(() => relay.stop());
  await lab.configure("Host *\n  HostKeyAlias lab\n");
  await lab.trust([{ host: "lab", port: 22, publicKeyLine: sshd.publicKeyLine }]);
  return { relay, auth: { ...auth, port: relay.port, transport } };
}

/** Once `kill` fails, sshd has told how the shell ended, and only then comes what is still to be printed. */
const END_BEFORE_OUTPUT =
  "(while kill -0 $$ 2>/dev/null; do sleep 0.05; done; echo ended; exec yes) &";

for (const transport of ["ssh", "openssh"] as const) {
  test(`a link that breaks between a command's end and the end of its output: unknown, never success (${transport})`, async (t) => {
    const lab = await makeLabReach(t, {}, systemClock, nobody, { residentShells: "none" });
    const { relay, auth } = await startRelayedHost(t, lab, transport);
    const room = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const ran = lab.run(relay.host, END_BEFORE_OUTPUT, {
      auth,
      onOutput() {
        ended.resolve();
        return room.promise;
      },
    });
    await ended.promise;
    relay.cut();
    await until("the loss to be noticed", () => lab.reach.connectionCount() === 0);
    room.resolve();
    const { end } = await ran;
    assert.equal(end.kind, "unknown", JSON.stringify(end));
  });
}

for (const transport of ["ssh", "openssh"] as const) {
  test(`a kept connection whose other end has vanished while nobody used it is replaced unnoticed (${transport})`, async (t) => {
    let pastMs = 0;
    let hasVanished = false;
    const hurried: Clock = {
      ...systemClock,
      now: () => systemClock.now() + pastMs,
      // The wait for an answer that will not come.
      after: (ms, callback) => systemClock.after(hasVanished && ms === 150 ? 5 : ms, callback),
    };
    const lab = await makeLabReach(t, {}, hurried);
    const { relay, auth } = await startRelayedHost(t, lab, transport);
    const run = async () => (await lab.run(relay.host, "true", { auth })).end;
    assert.deepEqual(await run(), OK);
    pastMs += 60_000;
    assert.deepEqual(await run(), OK);
    assert.equal(relay.opened(), 1, "it answered, and so it was kept");
    relay.holdBack("vanished");
    hasVanished = true;
    pastMs += 60_000;
    const again = Promise.all([run(), run()]);
    await until("a second connection", () => relay.opened() === 2);
    relay.letThrough();
    assert.deepEqual(await again, [OK, OK]);
    assert.equal(relay.opened(), 2);
  });
}

test("a connection over the system's ssh whose host has room for one session is asked without taking it", async (t) => {
  let pastMs = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + pastMs };
  const lab = await makeLabReach(t, {}, clock, nobody, { residentShells: "none" });
  const { sshd, auth } = await startTrustedHost(t, lab, { maxSessions: 1 });
  const run = async () =>
    (await lab.run(sshd.host, "true", { auth: { ...auth, transport: "openssh" } })).end;
  assert.deepEqual(await run(), OK);
  pastMs += 60_000;
  assert.deepEqual(await run(), OK);
  assert.equal(sshd.opened(), 1);
});

test("a server started anew in mid-run: the step under way is unknown, the next one connects", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const { ran, begun } = startLong(lab, sshd.host, auth, "echo up; exec sleep 300");
  await begun;
  await sshd.freeze(); // Frozen first: otherwise the server may live to tell that the command was killed.
  await sshd.kill();
  const { end } = await ran;
  assert.equal(end.kind, "unknown");
  const again = await startTrustedHost(t, lab, { port: sshd.port, hostKeys: sshd.hostKeys });
  assert.deepEqual((await lab.run(again.sshd.host, "true", { auth })).end, OK);
});
