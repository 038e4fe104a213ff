// Cancelling on a real sshd: by what the command does about it, and by the moment at which the cancel falls.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { chmod, copyFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import type { Auth } from "../../../runtime/describe/hosts/hosts.ts";
import type { Sshd } from "../../lab/sshd.ts";
import { processesMarked, stubbornCommands } from "../../lab/stubborn-commands.ts";
import { createLabUser } from "../../lab/users.ts";
import { findProgram } from "../../lab/run-command.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { startBannerServer, startSilentServer } from "../../lab/silent-server.ts";
import { killAll } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { type LabReach, makeLabReach, startTrustedHost } from "./lab-reach.ts";

interface Host {
  readonly lab: LabReach;
  readonly sshd: Sshd;
  readonly auth: Auth;
}

async function startHost(t: TestContext): Promise<Host> {
  const lab = await makeLabReach(t);
  return { lab, ...(await startTrustedHost(t, lab, { maxSessions: 100 })) };
}

function makeMark(): string {
  return String(randomInt(1e12, 9e12));
}

/** Runs until the command says something, then cancels. */
async function cancelOnceUp({ lab, sshd, auth }: Host, script: string) {
  const controller = new AbortController();
  const { end } = await lab.run(sshd.host, script, {
    auth,
    signal: controller.signal,
    onOutput: () => controller.abort(),
  });
  return end;
}

test("nothing is left of a cancelled command, whatever it does about it", async (t) => {
  const host = await startHost(t);
  await Promise.all(
    Object.entries(stubbornCommands).map(async ([what, scriptFor]) => {
      const mark = makeMark();
      const end = await cancelOnceUp(host, scriptFor(mark));
      assert.equal(end.kind, "cancelled", `${what}: ${JSON.stringify(end)}`);
      assert.match("message" in end ? end.message : "", /its process group is gone$/u, what);
      assert.deepEqual(await processesMarked(mark), [], what);
    }),
  );
});

test("a daemon that has left the command altogether goes on, as it does when the command ends by itself", async (t) => {
  const host = await startHost(t);
  const mark = makeMark();
  const daemon = `setsid sh -c ': >~/up; exec sleep 900.${mark}' </dev/null >/dev/null 2>&1 &`;
  const isUp = "until [ -e ~/up ]; do sleep 0.05; done";
  const end = await cancelOnceUp(host, `(${daemon}); ${isUp}; echo up; sleep 300`);
  assert.equal(end.kind, "cancelled");
  const left = await processesMarked(mark);
  assert.equal(left.length, 1);
  await killAll(left);
});

test("what left the command and outlives it with its output in hand is not called gone", async (t) => {
  const host = await startHost(t);
  const mark = makeMark();
  const untilAlone = "while kill -0 $1 2>/dev/null; do sleep 0.05; done";
  const script = `setsid sh -c '(${untilAlone}; echo up; exec sleep 900.${mark}) & exit' sh $$`;
  const end = await cancelOnceUp(host, script);
  const left = await processesMarked(mark);
  assert.equal(left.length, 1);
  assert.ok(end.kind === "unknown", JSON.stringify(end));
  assert.match(end.message, /something that left them holds its output; it may still run/u);
  assert.equal(end.survivors?.length, 1);
  await killAll(left);
});

test("what may not be signalled is named, with who could end it", async (t) => {
  const lab = await makeLabReach(t);
  const user = await createLabUser(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  // As sudo is: it makes whoever runs it root.
  const makesRoot = path.join(await temporaryFolder(t), "setpriv");
  await chmod(path.dirname(makesRoot), 0o755);
  await copyFile(await findProgram("setpriv"), makesRoot);
  await chmod(makesRoot, 0o4755);
  const mark = makeMark();
  const script = `${makesRoot} --reuid 0 --clear-groups sh -c 'echo up; exec sleep 900.${mark}' & wait`;
  const end = await cancelOnceUp({ lab, sshd, auth: { ...auth, user: user.name } }, script);
  const left = await processesMarked(mark);
  await killAll(left);
  assert.equal(left.length, 1);
  assert.ok(end.kind === "cancelled", JSON.stringify(end));
  assert.match(end.message, new RegExp(`, but pid ${left[0]} could not be stopped$`, "u"));
  assert.equal(end.next, `end it there as root: kill -KILL ${left[0]}`);
  const [survivor, ...others] = end.survivors ?? [];
  assert.deepEqual([survivor?.pid, others], [left[0], []]);
  assert.ok(survivor?.message.endsWith(`; ${end.next}`), survivor?.message);
});

test("two steps side by side: the cancel of one leaves the other alone", async (t) => {
  const host = await startHost(t);
  const [one, other] = [makeMark(), makeMark()];
  const { promise: isUp, resolve } = Promise.withResolvers<void>();
  const stop = new AbortController();
  const stays = host.lab.run(host.sshd.host, `sleep 900.${other} & echo up; wait`, {
    auth: host.auth,
    signal: stop.signal,
    onOutput: () => resolve(),
  });
  await isUp;
  const twice = stubbornCommands["one that forks twice into a session of its own"];
  assert.equal((await cancelOnceUp(host, twice(one))).kind, "cancelled");
  assert.deepEqual(await processesMarked(one), []);
  assert.equal((await processesMarked(other)).length, 2);
  stop.abort();
  assert.equal((await stays).end.kind, "cancelled");
  assert.deepEqual(await processesMarked(other), []);
});

test("while it connects, and while it logs in: nothing was started", async (t) => {
  const lab = await makeLabReach(t);
  const servers = await Promise.all([startSilentServer(), startBannerServer()]);
  t.after(async () => void (await Promise.all(servers.map((one) => one.stop()))));
  for (const server of servers) {
    const controller = new AbortController();
    const ran = lab.run(server.host, "true", {
      auth: { user: "re-ops", port: server.port },
      signal: controller.signal,
    });
    await until("the connection", () => server.opened() === 1);
    controller.abort();
    const { end } = await ran;
    assert.ok(end.kind === "cancelled", JSON.stringify(end));
    assert.match(end.message, /^cancelled while connecting \(.+\); nothing was started there$/u);
  }
});

test("as soon as the host hears of it: whatever has been started is gone", async (t) => {
  const host = await startHost(t);
  const mark = makeMark();
  const controller = new AbortController();
  const ran = host.lab.run(host.sshd.host, stubbornCommands["a tree of children"](mark), {
    auth: host.auth,
    signal: controller.signal,
  });
  await until("the login", () => host.sshd.opened() === 1);
  controller.abort();
  assert.equal((await ran).end.kind, "cancelled");
  assert.deepEqual(await processesMarked(mark), []);
});

test("while it is fed: the input ends, and nothing is left", async (t) => {
  const { lab, sshd, auth } = await startHost(t);
  const mark = makeMark();
  const controller = new AbortController();
  const input = Readable.from(endlessly());
  const ran = lab.run(sshd.host, `: ${mark}; echo up; cat >/dev/null`, {
    auth,
    signal: controller.signal,
    input: () => input,
    onOutput: () => controller.abort(),
  });
  assert.equal((await ran).end.kind, "cancelled");
  assert.deepEqual(await processesMarked(mark), []);
  await until("the input to be given up", () => input.destroyed);
});

async function* endlessly() {
  for (;;) yield await Promise.resolve(Buffer.alloc(65_536));
}

test("at its last byte: it has ended, or was stopped, and is gone either way", async (t) => {
  const host = await startHost(t);
  for (let round = 0; round < 5; round++) {
    const mark = makeMark();
    const end = await cancelOnceUp(host, `: ${mark}; sleep 0.05; echo last`);
    if (end.kind === "exited") assert.deepEqual(end, { kind: "exited", code: 0 });
    else assert.match(`${end.kind}: ${end.message}`, /^cancelled: .*its process group is gone$/u);
    assert.deepEqual(await processesMarked(mark), []);
  }
});
