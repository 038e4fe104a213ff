// Jump hosts: each verified and logged in by itself, shared by all who pass, named when it fails, closed when nobody passes any more.
import assert from "node:assert/strict";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { createKey } from "../../lab/keys.ts";
import { type Relay, startRelay } from "../../lab/relay.ts";
import { type SshAlias, describeSshConfig } from "../../lab/ssh-config.ts";
import { type SshHosts, startSshHosts } from "../../lab/ssh-hosts.ts";
import { type Sshd, type SshdOptions, startSshd } from "../../lab/sshd.ts";
import { until } from "../../support/until.ts";
import { type LabReach, makeLabReach, runProgram, assertFailure } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };

interface Station {
  readonly sshd: Sshd;
  readonly alias: SshAlias;
}

/** A server with a key of its own, which no other server takes. */
async function startStation(
  t: TestContext,
  lab: LabReach,
  name: string,
  options: SshdOptions = {},
): Promise<Station> {
  const key = await createKey(path.join(lab.folder, `key-${name}`));
  const sshd = await startSshd({ authorized: [key.publicKeyLine], ...options });
  t.after(() => sshd.stop());
  const alias = { alias: name, host: sshd.host, port: sshd.port, keyFile: key.file };
  return { sshd, alias };
}

function behind({ alias }: Station, jump: string): SshAlias {
  return { ...alias, lines: [`ProxyJump ${jump}`] };
}

async function startFleet(t: TestContext, lab: LabReach, count: number): Promise<SshHosts> {
  const fleet = await startSshHosts(count, {
    authorized: [lab.key.publicKeyLine],
    maxStartups: "100",
  });
  t.after(() => fleet.stop());
  return fleet;
}

test("a chain and a nested chain: each hop under its own name, with its own key, over one connection each", async (t) => {
  const lab = await makeLabReach(t);
  const [a, b, inner, deep] = await Promise.all(
    ["gate-a", "gate-b", "inner", "deep"].map((name) => startStation(t, lab, name)),
  );
  assert.ok(a && b && inner && deep);
  await lab.trust([a.sshd, b.sshd, inner.sshd, deep.sshd]);
  await lab.configure(
    describeSshConfig([
      a.alias,
      { ...b.alias, lines: ["ProxyJump none"] },
      behind(inner, "gate-a,gate-b"),
      { ...b.alias, alias: "gate-nested", lines: ["ProxyJump gate-a"] },
      behind(deep, "gate-nested"),
    ]),
  );
  const ran = await Promise.all([lab.run("inner", "echo inner"), lab.run("deep", "echo deep")]);
  assert.deepEqual(
    ran.map(({ end, out }) => [end, out]),
    [
      [OK, "inner\n"],
      [OK, "deep\n"],
    ],
  );
  assert.deepEqual(
    [a, b, inner, deep].map(({ sshd }) => sshd.opened()),
    [1, 1, 1, 1],
  );
  assert.equal(lab.reach.connectionCount(), 4);
  // Only now directly: another way, and so another connection.
  assert.deepEqual((await lab.run("gate-b", "true")).end, OK);
  assert.equal(b.sshd.opened(), 2);
});

test("what fails at a jump host names it, and the host behind it", async (t) => {
  const lab = await makeLabReach(t);
  const [gate, inner] = await Promise.all([
    startStation(t, lab, "gate"),
    startStation(t, lab, "inner"),
  ]);
  const closed = await startStation(t, lab, "closed", { lines: ["AllowTcpForwarding no"] });
  await lab.trust([inner.sshd, closed.sshd]);
  const configure = (...more: SshAlias[]) =>
    lab.configure(describeSshConfig([...more, gate.alias, closed.alias]));
  const onTheWay = `, a jump host on the way to \\S+@127.0.0.1:${inner.sshd.port}`;

  await configure(behind(inner, "gate"));
  assertFailure(
    await lab.run("inner", "true"),
    "refused",
    new RegExp(`host key.+${gate.sshd.port}.+${onTheWay}$`, "u"),
    /./u,
  );
  assert.equal(inner.sshd.opened(), 0);

  await lab.trust([gate.sshd, inner.sshd, closed.sshd]);
  await configure(behind(inner, "locked"), {
    ...gate.alias,
    alias: "locked",
    keyFile: lab.key.file,
  });
  assertFailure(
    await lab.run("inner", "true"),
    "refused",
    new RegExp(`^no usable key \\(\\S+@127.0.0.1:${gate.sshd.port}\\).+${onTheWay}$`, "u"),
    /ssh-copy-id/u,
  );
  await configure(behind(inner, "closed"));
  assertFailure(
    await lab.run("inner", "true"),
    "refused",
    new RegExp(`the jump host \\S+:${closed.sshd.port} does not let anybody through to`, "u"),
    /AllowTcpForwarding/u,
  );
  await configure({ ...inner.alias, port: 1, lines: ["ProxyJump gate"] });
  assertFailure(
    await lab.run("inner", "true"),
    "unreachable",
    new RegExp(
      `the jump host \\S+:${gate.sshd.port} cannot connect to 127.0.0.1:1: .*refused`,
      "u",
    ),
    /sshd listen there/u,
  );
  await configure(behind(inner, "inner2"), { ...inner.alias, alias: "inner2", port: 1 });
  assertFailure(
    await lab.run("inner", "true"),
    "unreachable",
    new RegExp(`^connection refused \\(\\S+@127.0.0.1:1\\)${onTheWay}$`, "u"),
    /start sshd/u,
  );
  await configure(behind(inner, "round"), {
    ...inner.alias,
    alias: "round",
    port: 2,
    lines: ["ProxyJump inner"],
  });
  assertFailure(
    await lab.run("inner", "true"),
    "refused",
    /in a circle: \S+ through \S+ through/u,
    /ProxyJump/u,
  );
  await until("all to be closed", async () => (await gate.sshd.connections()) === 0);
});

test("many hosts share one connection to their jump host, which ends with the last of them", async (t) => {
  const idle: (() => void)[] = [];
  const clock = {
    ...systemClock,
    after(ms: number, callback: () => void) {
      if (ms !== 420_000) return systemClock.after(ms, callback);
      idle.push(callback);
      return () => {};
    },
  };
  const lab = await makeLabReach(t, { RE_OPS_IDLE_MINUTES: "7" }, clock);
  const gate = await startStation(t, lab, "gate");
  const fleet = await startFleet(t, lab, 20);
  await lab.trust([...fleet.known, gate.sshd]);
  await lab.configure(
    `${describeSshConfig([gate.alias])}\nHost 127.0.*\n  ProxyJump gate\n  IdentityFile ${lab.key.file}\n`,
  );
  const outs = await Promise.all(
    fleet.hosts.map(async ({ address, port }) => {
      const { out } = await lab.run(address, "echo $RE_OPS_HOST", { auth: { port } });
      return out.trim();
    }),
  );
  assert.deepEqual(
    outs,
    fleet.hosts.map(({ name }) => name),
  );
  assert.equal(gate.sshd.opened(), 1);
  assert.equal(idle.length, 20, "the jump host itself is in use");
  for (const goOff of idle.splice(0)) goOff();
  await until("nobody at the jump host", async () => (await gate.sshd.connections()) === 0);
  assert.equal(lab.reach.connectionCount(), 0);
});

/** Hosts that fall silent as soon as somebody speaks to them. */
async function startHeldHosts(t: TestContext, fleet: SshHosts): Promise<Relay[]> {
  const relays = await Promise.all(
    fleet.hosts.map(({ address, port }) => startRelay({ host: address, port })),
  );
  t.after(async () => void (await Promise.all(relays.map((relay) => relay.stop()))));
  for (const relay of relays) relay.holdBack("silent");
  return relays;
}

async function configureHeld(lab: LabReach, gate: Station, fleet: SshHosts, relays: Relay[]) {
  const names = relays.map(({ port }, index) => ({
    alias: `held-${index}`,
    host: "127.0.0.1",
    port,
    keyFile: lab.key.file,
    lines: ["ProxyJump gate", `HostKeyAlias ${fleet.hosts[index]?.address ?? ""}`],
  }));
  await lab.configure(describeSshConfig([gate.alias, ...names]));
  await lab.trust([
    gate.sshd,
    ...fleet.known.map(({ host, publicKeyLine }) => ({ host, port: 22, publicKeyLine })),
  ]);
  return names.map(({ alias }) => alias);
}

test("eight shake hands at a time through one jump host", async (t) => {
  const clock = {
    ...systemClock,
    // Nobody loses its turn by being silent.
    after: (ms: number, callback: () => void) =>
      ms === 1000 ? () => {} : systemClock.after(ms, callback),
  };
  const lab = await makeLabReach(t, {}, clock);
  const gate = await startStation(t, lab, "gate");
  const fleet = await startFleet(t, lab, 12);
  const relays = await startHeldHosts(t, fleet);
  const names = await configureHeld(lab, gate, fleet, relays);
  const spoken = () => relays.filter((relay) => relay.spoken() > 0).length;
  const running = names.map((name) => lab.run(name, "true"));
  await until("all to be connected", () => relays.every((relay) => relay.opened() === 1));
  await until("eight to have begun", () => spoken() >= 8);
  assert.equal(spoken(), 8);
  relays.find((relay) => relay.spoken() > 0)?.letThrough();
  await until("the next one to begin", () => spoken() > 8);
  assert.equal(spoken(), 9);
  for (const relay of relays) relay.letThrough();
  for (const { end } of await Promise.all(running)) assert.deepEqual(end, OK);
});

test("silent hosts behind a jump host keep nobody waiting for a turn", async (t) => {
  const lab = await makeLabReach(t);
  const gate = await startStation(t, lab, "gate");
  const fleet = await startFleet(t, lab, 12);
  const relays = await startHeldHosts(t, fleet);
  const names = await configureHeld(lab, gate, fleet, relays);
  const controller = new AbortController();
  const silent = names
    .slice(0, 11)
    .map((name) => lab.run(name, "true", { signal: controller.signal, connectTimeoutMs: 600_000 }));
  await until("eight to have begun", () => relays.filter((one) => one.spoken() > 0).length >= 8);
  relays.at(-1)?.letThrough();
  assert.deepEqual((await lab.run(names.at(-1) ?? "", "true")).end, OK);
  controller.abort();
  for (const { end } of await Promise.all(silent)) assert.equal(end.kind, "cancelled");
});

test("a jump host that dies takes its hosts with it, which say so; when it is back they are reached again", async (t) => {
  const lab = await makeLabReach(t);
  const [gate, inner] = await Promise.all([
    startStation(t, lab, "gate"),
    startStation(t, lab, "inner"),
  ]);
  await lab.trust([gate.sshd, inner.sshd]);
  await lab.configure(describeSshConfig([gate.alias, behind(inner, "gate")]));
  let dead = Promise.resolve();
  const ran = await lab.run("inner", "echo up; exec sleep 300", {
    onOutput: () => (dead = gate.sshd.disconnect()),
  });
  await dead;
  assertFailure(
    ran,
    "unknown",
    new RegExp(
      `^lost sight of it .+: the connection to the jump host \\S+:${gate.sshd.port} broke: .+; it may have ended, or still run as pid \\d+$`,
      "u",
    ),
    /look on the host/u,
  );
  assert.deepEqual((await lab.run("inner", "true")).end, OK);
  assert.deepEqual([gate.sshd.opened(), inner.sshd.opened()], [2, 2]);
});

test("a kept connection through a jump host does not keep a program alive, and one that works does", async (t) => {
  const lab = await makeLabReach(t);
  const [gate, inner] = await Promise.all([
    startStation(t, lab, "gate"),
    startStation(t, lab, "inner"),
  ]);
  await lab.trust([gate.sshd, inner.sshd]);
  await lab.configure(describeSshConfig([gate.alias, behind(inner, "gate")]));
  const { stdout } = await runProgram(lab, "inner", "sleep 1; echo done");
  assert.equal(stdout, "done\n\nexited 2\n");
});
