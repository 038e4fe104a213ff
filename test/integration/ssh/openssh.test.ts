// The system's ssh as a transport: what goes wrong on the way and in mid-command, sessions, and what is left on this machine.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import type { Auth } from "../../../runtime/describe/hosts/hosts.ts";
import { createKey } from "../../lab/keys.ts";
import { writeKnownHosts } from "../../lab/known-hosts.ts";
import {
  findRefusedPort,
  startBannerServer,
  startClosingServer,
  startSilentServer,
} from "../../lab/silent-server.ts";
import { startSshHosts } from "../../lab/ssh-hosts.ts";
import type { SshdOptions } from "../../lab/sshd.ts";
import { describeProcess, killAll, processesWith, signal } from "../../support/processes.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { type LabReach, makeLabReach, startTrustedHost, assertFailure } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };
const OPENSSH: Auth = { transport: "openssh" };

/** A reach that marks the environment of what it starts on this machine: `started` finds all of it, `masters` those that are ssh. */
async function makeMarkedReach(t: TestContext, more: Readonly<Record<string, string>> = {}) {
  const mark = `RE_OPS_MASTER=${randomBytes(8).toString("hex")}`;
  const [name = "", value = ""] = mark.split("=");
  const lab = await makeLabReach(t, { [name]: value, ...more });
  const started = () => processesWith(mark);
  const masters = async () => {
    const pids = await started();
    const words = await Promise.all(pids.map(describeProcess));
    return pids.filter((_pid, index) => words[index]?.includes(" ssh "));
  };
  return { lab, mark, masters, started };
}

async function startHost(t: TestContext, lab: LabReach, options: SshdOptions = {}) {
  const { sshd, auth } = await startTrustedHost(t, lab, options);
  return { sshd, auth: { ...auth, ...OPENSSH } };
}

test("a refused connection, silent hosts, one that hangs up, an unknown name: in the words of the other transport", async (t) => {
  const { lab, started } = await makeMarkedReach(t);
  const [refused, silent, banner, closing] = await Promise.all([
    findRefusedPort(),
    startSilentServer(),
    startBannerServer(),
    startClosingServer(),
  ]);
  t.after(async () => void (await Promise.all([silent, banner, closing].map((one) => one.stop()))));
  const reach = (host: string, port: number, connectTimeoutMs = 20_000) =>
    lab.run(host, "true", { auth: { ...OPENSSH, user: "re-ops", port }, connectTimeoutMs });
  const [a, b, c, d, e] = await Promise.all([
    reach(refused.host, refused.port),
    reach(silent.host, silent.port, 4000),
    reach(banner.host, banner.port, 4000),
    reach(closing.host, closing.port, 4000),
    reach("no-such-host.invalid", 22, 60_000),
  ]);
  const at = String.raw`\(re-ops@127\.0\.0\.1:\d+, by the system's ssh\)$`;
  assertFailure(a, "unreachable", new RegExp(`^connection refused ${at}`, "u"), /start sshd/u);
  const silence = `^timed out after 4 s while waiting for its SSH banner ${at}`;
  assertFailure(b, "timedOut", new RegExp(silence, "u"), /connectTimeoutMs/u);
  const afterBanner = `^timed out after 4 s while exchanging keys ${at}`;
  assertFailure(c, "timedOut", new RegExp(afterBanner, "u"), /by hand/u);
  assertFailure(d, "unreachable", /^the host ended the connection while .* \(re-ops@/u, /MaxSta/u);
  const unknown = /^(?:unknown host name|the host name cannot be looked up now) \(re-ops@no-such/u;
  assertFailure(e, "unreachable", unknown, /name|DNS/u);
  assert.equal(lab.reach.connectionCount(), 0);
  await until("nothing to be left", async () => (await started()).length === 0);
});

test("keys that are not taken, unknown and changed host keys, and no algorithm in common are refused", async (t) => {
  const { lab } = await makeMarkedReach(t);
  const { sshd, auth } = await startHost(t, lab);
  const other = await createKey(path.join(lab.folder, "other"));
  const stranger = await lab.run(sshd.host, "true", { auth: { ...auth, sshKey: other.file } });
  const noKey = new RegExp(
    `^no usable key .+: ${other.file} not accepted; .* takes publickey$`,
    "u",
  );
  assertFailure(stranger, "refused", noKey, /ssh-copy-id/u);

  await lab.trust([]);
  const { sshKey = "" } = auth;
  const fresh = { ...auth, sshKey: `${sshKey}-again` };
  await copyFile(sshKey, fresh.sshKey);
  assertFailure(
    await lab.run(sshd.host, "true", { auth: fresh }),
    "refused",
    new RegExp(`^unknown host key ssh-ed25519 ${escape(sshd.hostKeyFingerprint)} \\(`, "u"),
    /compare it .* then accept it: ssh -F/u,
  );
  await writeKnownHosts(lab.knownHostsFile, [{ ...sshd, publicKeyLine: other.publicKeyLine }]);
  assertFailure(
    await lab.run(sshd.host, "true", { auth: fresh }),
    "refused",
    new RegExp(
      `changed to .* ${escape(sshd.hostKeyFingerprint)} .* known at .*known_hosts:1$`,
      "u",
    ),
    /somebody may be in between; otherwise ssh-keygen -f/u,
  );
  await lab.trust([sshd]);
  await lab.configure("Host *\n  KexAlgorithms diffie-hellman-group18-sha512\n");
  const picky = await startHost(t, lab, { lines: ["KexAlgorithms curve25519-sha256"] });
  assertFailure(
    await lab.run(picky.sshd.host, "true", { auth: picky.auth }),
    "refused",
    /^no algorithm in common while exchanging keys/u,
    /KexAlgorithms/u,
  );
});

test("a host name is never an option or a shell word", async (t) => {
  const { lab } = await makeMarkedReach(t);
  for (const host of ["-oProxyCommand=id", "$(id)", "a;b", "a b"]) {
    const ran = await lab.run(host, "true", { auth: OPENSSH });
    assertFailure(ran, "refused", /^ssh -G cannot say how to reach/u, /host name/u);
  }
});

test("without ssh on PATH the refusal says so", async (t) => {
  const { lab } = await makeMarkedReach(t, { PATH: "/nowhere" });
  const ran = await lab.run("127.0.0.1", "true", { auth: OPENSSH });
  assertFailure(ran, "refused", /^there is no ssh on PATH/u, /openssh-client/u);
});

test("an ssh that cannot be started is refused, with the reason", async (t) => {
  const folder = await temporaryFolder(t);
  const ssh = path.join(folder, "ssh");
  const answersOnce = `#!/bin/sh\n/bin/chmod a-x "$0"\nPATH=/usr/bin:/bin exec ssh "$@"\n`;
  await writeFile(ssh, answersOnce, { mode: 0o755 });
  const { lab } = await makeMarkedReach(t, { PATH: folder });
  const ran = await lab.run("127.0.0.1", "true", { auth: OPENSSH });
  assertFailure(ran, "refused", /^cannot start the system's ssh .*EACCES/u, /permissions/u);
});

test("more hosts than this machine can open files for: each has its result, and nothing is left", async (t) => {
  const { lab, mark, started } = await makeMarkedReach(t);
  await lab.configure("Host p*\n  ProxyCommand sh -c 'read line; exit 3'\n");
  const { port } = await findRefusedPort();
  const file = await writeCrowd(lab, mark, port);
  const crowd = spawn("sh", ["-c", `ulimit -n 110; exec "$0" "$1"`, process.execPath, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const chunk of crowd.stdout) said += String(chunk);
  const ends = JSON.parse(said) as { kind: string; message: string; next: string }[];
  assert.equal(ends.length, 121);
  for (const end of ends) assert.match(end.kind, /^(?:unreachable|refused)$/u, JSON.stringify(end));
  assert.ok(
    ends.some(({ next }) => next.includes("ulimit -n")),
    said,
  );
  assert.match(ends.at(-1)?.message ?? "", /refused/u, "later ones have room again");
  await until("all of it to end", async () => (await started()).length === 0);
});

test("steps share one login; nothing of it lies on disk; disposing leaves no process", async (t) => {
  const { lab, masters, started } = await makeMarkedReach(t);
  const sockets = path.join(lab.folder, "run");
  await mkdir(sockets, { mode: 0o700 });
  lab.reach.setEnvironment({ ...lab.environment, XDG_RUNTIME_DIR: sockets });
  const { sshd, auth } = await startHost(t, lab);
  const ran = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => lab.run(sshd.host, `echo ${index}`, { auth })),
  );
  assert.deepEqual(
    ran.map(({ out }) => out),
    ran.map((_, index) => `${index}\n`),
  );
  assert.equal(sshd.opened(), 1);
  assert.deepEqual(await readdir(sockets), []);
  assert.equal((await masters()).length, 1);
  await lab.reach.dispose();
  await until("nothing to be left", async () => (await started()).length === 0);
  await until("the host to see it gone", async () => (await sshd.connections()) === 0);
});

test("where a host has no more room, a further login makes it", async (t) => {
  const { lab } = await makeMarkedReach(t);
  const { sshd, auth } = await startHost(t, lab, { maxSessions: 2 });
  const script = "until [ -e ~/go ]; do sleep 0.05; done";
  const waiting = [1, 2, 3].map(() => lab.run(sshd.host, script, { auth }));
  await until("a second login", () => sshd.opened() >= 2);
  assert.deepEqual((await lab.run(sshd.host, "touch ~/go", { auth })).end, OK);
  for (const { end } of await Promise.all(waiting)) assert.deepEqual(end, OK);
});

test("a host with one session still stops what is cancelled; one without any is refused", async (t) => {
  const { lab, masters } = await makeMarkedReach(t);
  const { sshd, auth } = await startHost(t, lab, { maxSessions: 1 });
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const controller = new AbortController();
  const { end } = await lab.run(sshd.host, `export ${mark}; echo up; sleep 300`, {
    auth,
    signal: controller.signal,
    onOutput: () => controller.abort(),
  });
  assert.equal(end.kind, "cancelled", JSON.stringify(end));
  assert.deepEqual(await processesWith(mark), []);
  await until("the second master to be gone", async () => (await masters()).length === 1);
  const none = await startHost(t, lab, { maxSessions: 0 });
  const ran = await lab.run(none.sshd.host, "true", { auth: none.auth });
  assertFailure(ran, "refused", /opens no session/u, /MaxSessions/u);
});

test("a master that is killed in mid-step leaves the step's fate unknown; the next one connects anew", async (t) => {
  const { lab, masters } = await makeMarkedReach(t);
  const { sshd, auth } = await startHost(t, lab);
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const ran = await lab.run(sshd.host, `export ${mark}; echo $$; sleep 300`, {
    auth,
    onOutput: () => void masters().then(killAll),
  });
  const lost = /^lost sight of it \(.+\): the system's ssh has ended; .* still run as pid \d+$/u;
  assertFailure(ran, "unknown", lost, /look on the host/u);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  assert.equal(sshd.opened(), 2);
  await killAll(await processesWith(mark));
});

test("an sshd that dies in mid-step is told in ssh's words; one that came back is reached anew", async (t) => {
  const { lab } = await makeMarkedReach(t);
  const { sshd, auth } = await startHost(t, lab);
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const ran = await lab.run(sshd.host, `export ${mark}; echo up; sleep 300`, {
    auth,
    onOutput: () => void sshd.disconnect(),
  });
  await killAll(await processesWith(mark));
  assertFailure(ran, "unknown", /^lost sight of it .+: Connection to \S+ closed by/u, /look/u);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  await sshd.kill();
  await startTrustedHost(t, lab, { port: sshd.port, hostKeys: sshd.hostKeys });
  const { end } = await lab.run(sshd.host, "exit 5", { auth });
  assert.deepEqual(end, { kind: "exited", code: 5 });
});

test("a host that falls silent in mid-step is noticed, as soon as ssh_config says", async (t) => {
  const { lab } = await makeMarkedReach(t);
  await lab.configure("ServerAliveInterval 1\nServerAliveCountMax 1\n");
  const { sshd, auth } = await startHost(t, lab);
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const ran = await lab.run(sshd.host, `export ${mark}; echo up; sleep 300`, {
    auth,
    onOutput: () => void sshd.freeze(),
  });
  assertFailure(ran, "unknown", /: Timeout, server \S+ not responding/u, /look on the host/u);
  await killAll(await processesWith(mark));
});

test("a cancel while connecting ends ssh at once", async (t) => {
  const { lab, started } = await makeMarkedReach(t);
  const silent = await startSilentServer();
  t.after(() => silent.stop());
  const controller = new AbortController();
  const auth = { ...OPENSSH, port: silent.port };
  const ran = lab.run(silent.host, "true", { auth, signal: controller.signal });
  await until("ssh to knock", () => silent.opened() === 1);
  controller.abort();
  assertFailure(await ran, "cancelled", /^cancelled while connecting .+; nothing/u, /again/u);
  await until("nothing to be left", async () => (await started()).length === 0);
});

test("fifty hosts at once, each with its own answer; then no process is left", async (t) => {
  const { lab, masters, started } = await makeMarkedReach(t);
  const fleet = await startSshHosts(50, {
    authorized: [lab.key.publicKeyLine],
    maxStartups: "1000",
  });
  t.after(() => fleet.stop());
  await lab.trust(fleet.known);
  const outs = await Promise.all(
    fleet.hosts.map(async ({ address, port }) => {
      const auth = { ...OPENSSH, port, sshKey: lab.key.file };
      return (await lab.run(address, "echo $RE_OPS_HOST", { auth, connectTimeoutMs: 60_000 })).out;
    }),
  );
  assert.deepEqual(
    outs,
    fleet.hosts.map(({ name }) => `${name}\n`),
  );
  assert.equal((await masters()).length, 50);
  await lab.reach.dispose();
  await until("nothing to be left", async () => (await started()).length === 0);
});

test("hosts that are dropped because too many come at once are tried again", async (t) => {
  const { lab } = await makeMarkedReach(t);
  const addresses = Array.from({ length: 6 }, (_, index) => `127.0.8.${index + 1}`);
  const { sshd, auth } = await startHost(t, lab, { addresses, maxStartups: "1:100:1" });
  await lab.trust(addresses.map((host) => ({ ...sshd, host })));
  const all = await Promise.all(
    addresses.map((host) => lab.run(host, "true", { auth, connectTimeoutMs: 60_000 })),
  );
  for (const { end } of all) assert.deepEqual(end, OK);
  assert.match(sshd.log(), /MaxStartups|drop connection/u);
});

test("what is connecting when its process is killed ends too", async (t) => {
  const { lab, mark, started } = await makeMarkedReach(t);
  const silent = await startSilentServer();
  t.after(() => silent.stop());
  const auth = { ...OPENSSH, port: silent.port };
  const script = await writeScript(lab, mark, silent.host, auth);
  const stdio = ["ignore", "ignore", "pipe"] as const;
  const child = spawn(process.execPath, [script, "true", "tick"], { stdio: [...stdio] });
  // A turn of its loop after the knock: so it knows whom it has started.
  for await (const _tick of child.stderr) {
    if (silent.opened() === 1) signal(child.pid ?? 0, "SIGKILL");
  }
  await until("all of it to end by itself", async () => (await started()).length === 0);
});

test("a script ends although its connection is kept; masters of one that was killed end by themselves", async (t) => {
  const { lab, mark, masters, started } = await makeMarkedReach(t);
  const { sshd, auth } = await startHost(t, lab);
  const file = await writeScript(lab, mark, sshd.host, auth);
  const start = (script: string) =>
    spawn(process.execPath, [file, script], { stdio: ["ignore", "pipe", "inherit"] });
  const finished = start("echo done");
  let said = "";
  for await (const chunk of finished.stdout) said += String(chunk);
  assert.match(said, /^done\n\{"kind":"exited","code":0\}\n$/u);
  const killed = start("echo up; sleep 30");
  for await (const chunk of killed.stdout) {
    assert.equal(String(chunk), "up\n");
    assert.ok((await masters()).length > 0);
    signal(killed.pid ?? 0, "SIGKILL");
  }
  await until("all of it to end by itself", async () => (await started()).length === 0);
});

/** A program that reaches 60 hosts at once on each of two ways, then one more, and says how all of it ended. */
async function writeCrowd(lab: LabReach, mark: string, port: number): Promise<string> {
  const file = path.join(lab.folder, "crowd.ts");
  const module = JSON.stringify(path.resolve("runtime/engine/connections/reach.ts"));
  const [name = "", value = ""] = mark.split("=");
  const environment = { ...lab.environment, [name]: value };
  await writeFile(
    file,
    `import { createReach } from ${module};
const reach = createReach({ environment: ${JSON.stringify(environment)} });
const options = { signal: new AbortController().signal, onOutput: () => {} };
const target = (host, auth) => ({ host, auth: { port: ${port}, ...auth }, connectTimeoutMs: 60000 });
const execute = (host, auth) => reach.execute(target(host, auth), "true", options);
const numbers = Array.from({ length: 60 }, (_, index) => index + 2);
const openssh = { transport: "openssh" };
const ends = [
  ...await Promise.all(numbers.map((n) => execute("127.0.0." + n, openssh))),
  ...await Promise.all(numbers.map((n) => execute("p" + n, {}))),
  await execute("127.0.0.99", openssh),
];
await reach.dispose();
console.log(JSON.stringify(ends));
`,
  );
  return file;
}

/** A program that runs its first argument on the host, and says how it ended. */
async function writeScript(lab: LabReach, mark: string, host: string, auth: Auth): Promise<string> {
  const file = path.join(lab.folder, "script.ts");
  const module = (name: string) => JSON.stringify(path.resolve("runtime/engine", name));
  const [name = "", value = ""] = mark.split("=");
  const environment = { ...lab.environment, [name]: value };
  await writeFile(
    file,
    `import { createReach } from ${module("connections/reach.ts")};
if (process.argv[3] === "tick") setInterval(() => process.stderr.write("."), 50);
const reach = createReach({ environment: ${JSON.stringify(environment)} });
const target = { host: ${JSON.stringify(host)}, auth: ${JSON.stringify(auth)}, connectTimeoutMs: 60000 };
const end = await reach.execute(target, process.argv[2], {
  signal: new AbortController().signal,
  onOutput: (_stream, chunk) => void process.stdout.write(chunk),
});
console.log(JSON.stringify(end));
`,
  );
  return file;
}

function escape(text: string): string {
  return text.replaceAll(/[+/.]/gu, String.raw`\$&`);
}
