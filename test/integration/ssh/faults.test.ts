// What goes wrong on the way to a host and in mid-command: each has its kind, says where and why, and what to do next.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { Auth } from "../../../runtime/describe/hosts/hosts.ts";
import {
  findRefusedPort,
  startBannerServer,
  startClosingServer,
  startSilentServer,
} from "../../lab/silent-server.ts";
import { startZeroPacketServer } from "../../lab/zero-packet-server.ts";
import { makeFlyingClock } from "../../support/flying-clock.ts";
import { killAll, processesWith } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { makeLabReach, startTrustedHost, assertFailure } from "./lab-reach.ts";

test("a refused connection, a silent host, one silent after its banner, one that hangs up, an unknown name", async (t) => {
  const lab = await makeLabReach(t);
  const [refused, silent, banner, closing] = await Promise.all([
    findRefusedPort(),
    startSilentServer(),
    startBannerServer(),
    startClosingServer(),
  ]);
  t.after(async () => void (await Promise.all([silent, banner, closing].map((one) => one.stop()))));
  const reach = (host: string, port: number, connectTimeoutMs = 1500) =>
    lab.run(host, "true", { auth: { user: "re-ops", port }, connectTimeoutMs });
  const [a, b, c, d, e] = await Promise.all([
    reach(refused.host, refused.port),
    reach(silent.host, silent.port),
    reach(banner.host, banner.port),
    reach(closing.host, closing.port),
    reach("no-such-host.invalid", 22, 60_000),
  ]);
  assertFailure(
    a,
    "unreachable",
    /^connection refused \(re-ops@127\.0\.0\.1:\d+\)$/u,
    /start sshd/u,
  );
  assertFailure(
    b,
    "timedOut",
    /^timed out after 1.5 s while waiting for its SSH banner \(re-ops@127\.0\.0\.1:\d+\)$/u,
    /connectTimeoutMs/u,
  );
  assertFailure(
    c,
    "timedOut",
    /^timed out after 1.5 s while exchanging keys \(re-ops@/u,
    /by hand/u,
  );
  assertFailure(
    d,
    "unreachable",
    /^the host ended the connection while .*\(re-ops@/u,
    /MaxStartups/u,
  );
  assertFailure(
    e,
    "unreachable",
    /^(?:unknown host name|the host name cannot be looked up now) \(re-ops@no-such-host.invalid:22\)$/u,
    /name|DNS/u,
  );
  assert.equal(silent.opened(), 1);
  assert.equal(lab.reach.connectionCount(), 0);
});

test("one bad host does not keep the others waiting", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const silent = await startSilentServer();
  t.after(() => silent.stop());
  const cancelSilent = new AbortController();
  const slow = lab.run(silent.host, "true", {
    auth: { port: silent.port },
    signal: cancelSilent.signal,
  });
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, { kind: "exited", code: 0 });
  cancelSilent.abort();
  assertFailure(
    await slow,
    "cancelled",
    /^cancelled while connecting \(.+\); nothing/u,
    /run it again/u,
  );
});

test("a host name is never an option or a shell word", async (t) => {
  const lab = await makeLabReach(t);
  for (const host of ["-oProxyCommand=id", "$(id)", "a;b", "a b", "ä\nb"]) {
    assertFailure(
      await lab.run(host, "true"),
      "refused",
      /^ssh -G cannot say how to reach/u,
      /host name/u,
    );
  }
});

test("a host that dies in mid-command leaves its fate unknown, with the pid", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  let pid = "";
  let dead = Promise.resolve();
  const ran = await lab.run(sshd.host, `export ${mark}; echo $$; sleep 300`, {
    auth,
    onOutput(_stream, chunk) {
      pid = chunk.toString().trim();
      // Frozen first: otherwise the server may live to tell that the command was killed.
      dead = sshd.freeze().then(() => sshd.kill());
    },
  });
  assertFailure(
    ran,
    "unknown",
    new RegExp(
      `^lost sight of it \\(.+\\): .+; it may have ended, or still run as pid ${pid}$`,
      "u",
    ),
    /look on the host/u,
  );
  await dead;
  await killAll(await processesWith(mark));
  assert.equal(lab.reach.connectionCount(), 0);
});

test("a session whose sshd is killed is unknown too, and the next run connects anew", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  assertFailure(
    await lab.run(sshd.host, "kill -KILL $(ps -o ppid= -p $PPID); sleep 0.1", { auth }),
    "unknown",
    /lost sight/u,
    /look/u,
  );
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, { kind: "exited", code: 0 });
  assert.equal(sshd.opened(), 2);
});

test("a kept connection that has died unnoticed is replaced without a word", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  await lab.run(sshd.host, "true", { auth });
  await sshd.kill();
  const again = await startTrustedHost(t, lab, { port: sshd.port, hostKeys: sshd.hostKeys });
  const { end } = await lab.run(again.sshd.host, "exit 5", { auth });
  assert.deepEqual(end, { kind: "exited", code: 5 });
});

test("a host that goes away without a word before it has started a shell is timedOut, and forgotten", async (t) => {
  const residentShells = "from the second script";
  const lab = await makeLabReach(t, {}, undefined, undefined, { residentShells });
  const { sshd, auth } = await startTrustedHost(t, lab);
  await lab.run(sshd.host, "true", { auth });
  await sshd.freeze();
  assertFailure(
    await lab.run(sshd.host, "true", { auth, connectTimeoutMs: 500 }),
    "timedOut",
    /^timed out after 0.5 s while starting a shell \(.+\); nothing of the script was sent$/u,
    /try again/u,
  );
  await sshd.thaw();
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, { kind: "exited", code: 0 });
  assert.equal(sshd.opened(), 2);
});

test("a host that does not say in time whether it has started a command may have: that is unknown, also when it was cancelled", async (t) => {
  const { clock, fly, land } = makeFlyingClock(20);
  const lab = await makeLabReach(t, {}, clock, undefined, { residentShells: "none" });
  const { sshd, auth } = await startTrustedHost(t, lab);
  await lab.run(sshd.host, "true", { auth });
  await sshd.freeze();
  fly();
  const ran = await lab.run(sshd.host, "true", { auth });
  assertFailure(
    ran,
    "unknown",
    /^lost sight of it \(.+\): no answer for 20 s when a command was started; it may have ended, or still run$/u,
    /look on the host/u,
  );
  assert.ok("survivors" in ran.end && ran.end.survivors?.length === 1, JSON.stringify(ran.end));
  land();
  await sshd.thaw();
  await lab.run(sshd.host, "true", { auth });
  await sshd.freeze();
  fly();
  const cancel = new AbortController();
  const cancelled = lab.run(sshd.host, "true", { auth, signal: cancel.signal });
  await until("the command to be on its way", () => lab.reach.channelCount() === 1);
  cancel.abort();
  assertFailure(await cancelled, "unknown", outOfSight("cancelled"), /look on the host/u);
});

function outOfSight(why: string): RegExp {
  return new RegExp(
    `^${why} while starting \\(.+\\), and lost sight of it: no answer for 5 s when a command was started; it may still run$`,
    "u",
  );
}

test("a cancel and a step's time end the waiting for a host that does not say whether a kept shell has started the script", async (t) => {
  const { clock, fly, land } = makeFlyingClock(20);
  const lab = await makeLabReach(t, {}, clock);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const cancel = new AbortController();
  for (const [why, options] of Object.entries({
    "timed out after 1 s": { stepTimeoutMs: 1000 },
    cancelled: { signal: cancel.signal },
  })) {
    await lab.run(sshd.host, "true", { auth });
    await sshd.freeze();
    fly();
    const running = lab.run(sshd.host, "true", { auth, connectTimeoutMs: 600_000, ...options });
    if (why === "cancelled") {
      await until("the script to be on its way", () => lab.reach.channelCount() === 1);
      cancel.abort();
    }
    const ran = await running;
    assertFailure(ran, "unknown", outOfSight(why), /look on the host/u);
    assert.ok("survivors" in ran.end && ran.end.survivors?.length === 1, JSON.stringify(ran.end));
    land();
    await sshd.thaw();
  }
});

test("a host whose channels take packets of no bytes is refused before anything is written, also as a jump host", async (t) => {
  const lab = await makeLabReach(t);
  const hostile = await startZeroPacketServer(t, lab.key);
  await lab.trust([hostile]);
  await lab.configure(`Host hostile
  HostName ${hostile.host}
  Port ${String(hostile.port)}
  IdentityFile ${lab.key.file}
Host behind
  HostName 127.0.0.1
  ProxyJump hostile
`);
  const words = /^the host opens channels that take packets of 0 bytes \(\w+@127\.0\.0\.1:\d+/u;
  for (const host of ["hostile", "behind"]) {
    assertFailure(await lab.run(host, "true"), "refused", words, /the host that you mean/u);
  }
});

test("what is cancelled on a host that has gone silent is unknown, and soon", async (t) => {
  const { clock, fly } = makeFlyingClock(20);
  const lab = await makeLabReach(t, {}, clock);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const controller = new AbortController();
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const ran = lab.run(sshd.host, `export ${mark}; echo up; sleep 300`, {
    auth,
    signal: controller.signal,
    onOutput: () => resolve(),
  });
  assert.equal(await Promise.race([begun, ran]), undefined, "it ended before it had begun");
  await sshd.freeze();
  fly();
  controller.abort();
  assertFailure(
    await ran,
    "unknown",
    /^cancelled while running \(.+\), and lost sight of it: the host does not answer; it may still run as pid \d+$/u,
    /look on the host/u,
  );
  await killAll(await processesWith(mark));
});

test("a busy event loop does not make a healthy host timedOut", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const ran = lab.run(sshd.host, "echo fine", { auth, connectTimeoutMs: 300 });
  const busy = setInterval(
    () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200),
    1,
  );
  const { end } = await ran.finally(() => clearInterval(busy));
  assert.deepEqual(end, { kind: "exited", code: 0 });
});

test("a forced command and a shell that lets nobody in are refused with what they said", async (t) => {
  const lab = await makeLabReach(t);
  const forced = "echo only backups here; exit 1";
  const { sshd, auth } = await startTrustedHost(t, lab, { forceCommand: forced });
  assertFailure(
    await lab.run(sshd.host, "true", { auth }),
    "refused",
    /^the login shell did not hand the command to sh and ended with code 1 \(.+\): only backups here$/u,
    /forced command/u,
  );
});

test("start-up files that print do not get into the output", async (t) => {
  const lab = await makeLabReach(t);
  const noisy =
    'echo "Welcome!"; printf "no newline"; echo oops >&2; exec sh -c "$SSH_ORIGINAL_COMMAND"';
  const { sshd, auth } = await startTrustedHost(t, lab, { forceCommand: noisy });
  const { end, out, err } = await lab.run(sshd.host, "echo out; echo err >&2; exit 4", { auth });
  assert.deepEqual(
    { end, out, err },
    { end: { kind: "exited", code: 4 }, out: "out\n", err: "err\n" },
  );
});

test("no algorithm in common, and an sshd without sessions, are refused", async (t) => {
  const lab = await makeLabReach(t);
  const picky = await startTrustedHost(t, lab, { lines: ["Ciphers aes256-ctr"] });
  await lab.configure("Host 127.0.0.1\n  Ciphers aes128-gcm@openssh.com\n");
  assertFailure(
    await lab.run(picky.sshd.host, "true", { auth: picky.auth }),
    "refused",
    /^no algorithm in common while exchanging keys/u,
    /Ciphers/u,
  );
  await lab.configure("");
  const none = await startTrustedHost(t, lab, { maxSessions: 0 });
  const auth: Auth = none.auth;
  assertFailure(
    await lab.run(none.sshd.host, "true", { auth }),
    "refused",
    /opens no session/u,
    /MaxSessions/u,
  );
});
