// Where the server is dropbear: the same outcomes, also where it does things in its own way.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Clock, systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { nobody } from "../../../runtime/engine/questions/question.ts";
import { startDropbear } from "../../lab/dropbear.ts";
import { startRelay } from "../../lab/relay.ts";
import { describeSshConfig } from "../../lab/ssh-config.ts";
import { startSshd } from "../../lab/sshd.ts";
import { makeLabReach } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };

async function startLab(t: TestContext, clock: Clock = systemClock) {
  const lab = await makeLabReach(t, {}, clock);
  const server = await startDropbear(t, lab.key.publicKeyLine);
  const auth = { user: server.user, port: server.port, sshKey: lab.key.file };
  return { lab, server, auth };
}

test("dropbear answers keepalive questions, runs steps side by side, and a step whose connection ends is unknown", async (t) => {
  const keepalives = new Set<() => void>();
  const { lab, server, auth } = await startLab(t, {
    ...systemClock,
    after(ms, callback) {
      if (ms !== 15_000) return systemClock.after(ms, callback);
      keepalives.add(callback);
      return () => void keepalives.delete(callback);
    },
  });
  await lab.trust([server]);
  assert.deepEqual((await lab.run(server.host, "true", { auth })).end, OK);
  const ran = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      lab.run(server.host, `sleep 0.1; exit ${index}`, { auth }),
    ),
  );
  assert.deepEqual(
    ran.map(({ end }) => end),
    Array.from({ length: 8 }, (_, code) => ({ kind: "exited", code })),
  );
  for (let asked = 0; asked < 6; asked++) {
    const [ask] = keepalives;
    assert.ok(ask);
    keepalives.delete(ask);
    ask();
    assert.deepEqual((await lab.run(server.host, "true", { auth })).end, OK);
  }
  assert.equal(await server.connections(), 1);
  const { end } = await lab.run(server.host, "echo up; exec sleep 300", {
    auth,
    onOutput: () => void server.disconnect(),
  });
  assert.equal(end.kind, "unknown", JSON.stringify(end));
  assert.deepEqual((await lab.run(server.host, "true", { auth })).end, OK);
});

test("dropbear runs steps side by side that are the very first thing on it, and those after them", async (t) => {
  const residentShells = "from the second script";
  const lab = await makeLabReach(t, {}, systemClock, nobody, { residentShells });
  const server = await startDropbear(t, lab.key.publicKeyLine);
  await lab.trust([server]);
  const auth = { user: server.user, port: server.port, sshKey: lab.key.file };
  for (const round of ["first", "second"]) {
    const codes = Array.from({ length: 8 }, (_, index) => index);
    const ran = await Promise.all(
      codes.map((code) => lab.run(server.host, `sleep 0.1; exit ${code}`, { auth })),
    );
    assert.deepEqual(
      ran.map(({ end }) => end),
      codes.map((code) => ({ kind: "exited", code })),
      round,
    );
  }
});

test("dropbear takes commands of 9,000 bytes: longer scripts come to it all the same", async (t) => {
  const { lab, server, auth } = await startLab(t);
  await lab.trust([server]);
  for (const bytes of [3000, 6000, 50_000]) {
    const script = `# ${"x".repeat(bytes)}\ncat; echo "$0 ${bytes}"; exit 3`;
    const { end, out, err } = await lab.run(server.host, script, { auth });
    assert.deepEqual([end, out, err], [{ kind: "exited", code: 3 }, `sh ${bytes}\n`, ""]);
  }
});

test("dropbear as a jump host, and a port behind it that nobody listens on", async (t) => {
  const { lab, server } = await startLab(t);
  const inner = await startSshd({ authorized: [lab.key.publicKeyLine] });
  t.after(() => inner.stop());
  await lab.trust([server, inner]);
  const { key } = lab;
  const gate = {
    alias: "gate",
    host: server.host,
    port: server.port,
    user: server.user,
    keyFile: key.file,
  };
  const behind = { host: inner.host, port: inner.port, keyFile: key.file };
  const lines = ["ProxyJump gate"];
  await lab.configure(
    describeSshConfig([
      gate,
      { ...behind, alias: "inner", lines },
      { ...behind, alias: "closed", port: 1, lines },
    ]),
  );
  assert.deepEqual((await lab.run("inner", "true")).end, OK);
  const { end } = await lab.run("closed", "true");
  assert.equal(end.kind, "unreachable", JSON.stringify(end));
  assert.match("message" in end ? end.message : "", /the jump host .+ cannot connect to .+:1/u);
});

test("connections to dropbear that break at any byte of their beginning", async (t) => {
  const { lab, server, auth } = await startLab(t);
  await lab.configure("Host *\n  HostKeyAlias lab\n");
  await lab.trust([{ host: "lab", port: 22, publicKeyLine: server.publicKeyLine }]);
  for (let cutFromHost = 0; cutFromHost < 2000; cutFromHost += 111) {
    const relay = await startRelay(server, (connection) =>
      connection === 0 ? { cutFromHost } : {},
    );
    const run = () => lab.run(relay.host, "true", { auth: { ...auth, port: relay.port } });
    const { end } = await run();
    assert.match(end.kind, /^(?:exited|unreachable|refused|unknown)$/u, JSON.stringify(end));
    assert.deepEqual((await run()).end, OK);
    await relay.stop();
  }
});
