// Keys that nobody knows: one question for a whole fleet, what is trusted is written as OpenSSH writes it, and ssh_config is obeyed.
import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import type { Limits } from "../../../runtime/describe/hosts/limits.ts";
import { systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { createEngine } from "../../../runtime/engine/engine.ts";
import type { StepResult } from "../../../runtime/port.ts";
import { identifyThisProcess, isAlive } from "../../../runtime/project/process-identity.ts";
import { createKey } from "../../lab/keys.ts";
import { runCommand } from "../../lab/run-command.ts";
import { describeSshConfig } from "../../lab/ssh-config.ts";
import { startSshHosts } from "../../lab/ssh-hosts.ts";
import { makeFlyingClock } from "../../support/flying-clock.ts";
import { makePerson, type Person, type PersonOptions } from "../../support/person.ts";
import { lastFirst, temporaryFolder } from "../../support/temporary.ts";
import { startOnTerminal } from "../../support/terminal.ts";
import { killAll, processTree } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { type LabReach, makeLabReach, startTrustedHost } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };
const CONNECT_TIMEOUT_MS = 8000;
const trustAll: PersonOptions["trust"] = ({ keys }) => keys.map((_, index) => index);

function makeLab(t: TestContext, person?: Person): Promise<LabReach> {
  return makeLabReach(t, {}, systemClock, person);
}

/** Hosts of one server that nobody knows yet, under the names of ssh_config. */
async function startFleet(t: TestContext, lab: LabReach, count: number) {
  const authorized = [lab.key.publicKeyLine];
  const fleet = await startSshHosts(count, { authorized, maxStartups: "100" });
  t.after(() => fleet.stop());
  const user = { user: "root", keyFile: lab.key.file };
  const aliases = fleet.hosts.map(({ address, port }, index) => ({
    alias: `box-${String(index)}`,
    host: address,
    port,
    ...user,
  }));
  await lab.configure(describeSshConfig(aliases));
  return { fleet, names: aliases.map(({ alias }) => alias) };
}

/** A whole engine over the lab's configuration, and a way to run a step with it. */
async function makeEngine(test: TestContext, lab: LabReach, person: Person) {
  const t = lastFirst(test);
  const engine = createEngine({
    stateFolder: await temporaryFolder(t),
    environment: lab.environment,
    owner: identifyThisProcess(),
    isAlive,
    onProblem: (message) => assert.fail(message),
    asker: person,
  });
  t.after(() => engine.dispose());
  const { port } = engine.openPort();
  let runs = 0;
  return async (hosts: readonly string[], limits: Limits = {}) => {
    const id = String((runs += 1));
    const results: StepResult[] = [];
    const step = { index: 0, label: "true", operation: "exec", script: "true", answers: [] };
    await port.startRun({ id, title: "true", evaluationId: id }, () => {});
    const target = { hosts: [...hosts], auth: {}, limits };
    await port.runStep({ runId: id, ...step, target }, (some) => void results.push(...some));
    await port.endRun({ runId: id, verdict: "succeeded" });
    return results;
  };
}

test("a fleet of 20 unknown keys, four hosts at once, is asked about once, and never again", async (t) => {
  const person = makePerson({ trust: trustAll });
  const lab = await makeLab(t);
  const { fleet, names } = await startFleet(t, lab, 20);
  const run = await makeEngine(t, lab, person);
  const results = await run(names, { concurrency: 4 });
  assert.deepEqual(
    results.map(({ kind }) => kind),
    names.map(() => "success"),
  );
  assert.equal(person.hostKeys.length, 1);
  const kept = fleet.hosts.map(({ address, port }) => `[${address}]:${String(port)}`);
  const shown = person.hostKeys[0]?.keys ?? [];
  assert.deepEqual(shown.map(({ name }) => name).toSorted(), kept.toSorted());
  assert.deepEqual(
    shown.map(({ alias }) => alias),
    names,
  );
  for (const { type, fingerprint, host } of shown) {
    assert.equal(type, "ssh-ed25519");
    assert.equal(fingerprint, fleet.servers[0]?.hostKeyFingerprint);
    assert.match(host, /^root@127\.0\.1\.\d+:\d+$/u);
  }
  const opened = fleet.servers.reduce((sum, server) => sum + server.opened(), 0);
  assert.equal(opened, names.length, "none had to be called twice");
  const fresh = await makeEngine(t, lab, person);
  await fresh(names);
  assert.equal(person.hostKeys.length, 1);
  for (const name of kept) {
    const found = await runCommand("ssh-keygen", ["-F", name, "-f", lab.knownHostsFile]);
    assert.match(found, /^# Host/u);
  }
});

test("hosts that are not picked are refused, the others go on; known ones do not wait for the answer", async (t) => {
  const answer = Promise.withResolvers<readonly number[]>();
  const person = makePerson({ trust: () => answer.promise });
  const lab = await makeLab(t);
  const { fleet, names } = await startFleet(t, lab, 3);
  const [known] = fleet.known;
  assert.ok(known !== undefined);
  await lab.trust([known]);
  const run = await makeEngine(t, lab, person);
  const running = run(names);
  await until("the question", () => person.hostKeys.length === 1);
  assert.equal((await run(names.slice(0, 1)))[0]?.kind, "success");
  const [first] = person.hostKeys[0]?.keys ?? [];
  answer.resolve([0]);
  const kinds = new Map((await running).map((result) => [result.host, result]));
  assert.equal(kinds.get("box-0")?.kind, "success");
  const picked = first?.alias ?? "";
  assert.ok(names.includes(picked));
  assert.equal(kinds.get(picked)?.kind, "success");
  const refused = kinds.get(picked === "box-1" ? "box-2" : "box-1");
  assert.ok(refused?.kind === "refused");
  assert.match(refused.message, /^the unknown host key ssh-ed25519 SHA256:\S+ was not trusted/u);
});

test("what is trusted is written behind what was there, also where the last line has no end; hashed when asked", async (t) => {
  const lab = await makeLab(t, makePerson({ trust: trustAll }));
  const { sshd, auth } = await startTrustedHost(t, lab);
  await writeFile(lab.knownHostsFile, "# mine\nother ssh-ed25519 AAAA");
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  const name = `[127.0.0.1]:${String(sshd.port)}`;
  const line = `${name} ${sshd.publicKeyLine}\n`;
  assert.equal(
    await readFile(lab.knownHostsFile, "utf8"),
    `# mine\nother ssh-ed25519 AAAA\n${line}`,
  );
  const hashed = await makeLab(t, makePerson({ trust: trustAll }));
  await hashed.configure("HashKnownHosts yes\n");
  assert.deepEqual((await hashed.run(sshd.host, "true", { auth })).end, OK);
  const text = await readFile(hashed.knownHostsFile, "utf8");
  assert.match(text, /^\|1\|\S+\|\S+ ssh-ed25519 \S+\n$/u);
  assert.ok(!text.includes("127.0.0.1"));
  await runCommand("ssh-keygen", ["-F", name, "-f", hashed.knownHostsFile]);
  assert.equal((await stat(hashed.knownHostsFile)).mode & 0o777, 0o600);
});

test("StrictHostKeyChecking: yes asks nobody, accept-new and no trust what is new, none a changed key", async (t) => {
  const person = makePerson({ trust: trustAll });
  for (const setting of ["yes", "accept-new", "no", "off"]) {
    const lab = await makeLab(t, person);
    const { sshd, auth } = await startTrustedHost(t, lab);
    await lab.configure(`StrictHostKeyChecking ${setting}\n`);
    await lab.trust([]);
    const { end } = await lab.run(sshd.host, "true", { auth });
    if (setting === "yes") assert.match("message" in end ? end.message : "", /^unknown host key/u);
    else assert.deepEqual(end, OK, setting);
    const other = await createKey(path.join(lab.folder, "other"));
    await lab.trust([{ ...sshd, publicKeyLine: other.publicKeyLine }]);
    const fresh = await makeLab(t, person);
    await fresh.configure(
      `StrictHostKeyChecking ${setting}\nHost *\n  UserKnownHostsFile ${lab.knownHostsFile}\n`,
    );
    const changed = await fresh.run(sshd.host, "true", { auth });
    const message = "message" in changed.end ? changed.end.message : "";
    assert.match(message, /^the host key has changed/u, setting);
    assert.ok(message.includes(other.fingerprint) && message.includes(sshd.hostKeyFingerprint));
  }
  assert.equal(person.hostKeys.length, 0);
});

for (const setting of ["StrictHostKeyChecking yes", "BatchMode yes"]) {
  test(`${setting}: nobody is asked about an unknown key, and the command that is named asks all the same`, async (t) => {
    const person = makePerson({ trust: trustAll });
    const lab = await makeLab(t, person);
    const { sshd, auth } = await startTrustedHost(t, lab);
    await lab.trust([]);
    await lab.configure(`${setting}\nIdentityFile ${lab.key.file}\n`);
    const commands = await Promise.all(
      (["ssh", "openssh"] as const).map(async (transport) => {
        const { end } = await lab.run(sshd.host, "true", { auth: { ...auth, transport } });
        assert.ok("message" in end);
        assert.match(end.message, /^unknown host key/u);
        return /then accept it: (ssh .*)$/u.exec(end.next)?.[1] ?? "";
      }),
    );
    const [command = ""] = new Set(commands);
    assert.deepEqual(commands, [command, command]);
    const where = { cwd: lab.folder, env: { ...process.env, ...lab.environment } };
    const byHand = startOnTerminal(t, command, where);
    await byHand.untilShown(/yes\/no/u);
    byHand.type("yes\n");
    assert.equal(await byHand.ended, 0);
    assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
    assert.equal(person.hostKeys.length, 0);
  });
}

test("a file that takes nothing keeps nobody out: the key is trusted as long as the process lives", async (t) => {
  const person = makePerson({ trust: trustAll });
  const lab = await makeLab(t, person);
  const { sshd, auth } = await startTrustedHost(t, lab);
  await lab.configure("Host *\n  UserKnownHostsFile /dev/null\n");
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  await sshd.disconnect();
  await until("the connection to be gone", () => lab.reach.connectionCount() === 0);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  assert.equal(person.hostKeys.length, 1);
  assert.ok((await stat("/dev/null")).isCharacterDevice());
});

test("a host that does not wait for the answer is called again, and cancelling takes the question away", async (t) => {
  let open: AbortSignal | undefined;
  const { clock, fly, land } = makeFlyingClock(100);
  const person = makePerson({
    trust: async ({ keys }, signal) => {
      open = signal;
      if (person.hostKeys.length > 1) {
        return new Promise((resolve) => {
          signal.addEventListener("abort", () => resolve(undefined));
        });
      }
      const [, ...sessions] = await processTree(sshd.pid);
      await killAll(sessions); // So it looks when sshd has lost its patience.
      const begunMs = clock.elapsed();
      fly();
      await until("long thoughts", () => clock.elapsed() - begunMs > 20 * CONNECT_TIMEOUT_MS);
      land();
      return keys.map((_, index) => index);
    },
  });
  const lab = await makeLabReach(t, {}, clock, person);
  const { sshd, auth } = await startTrustedHost(t, lab);
  await lab.trust([]);
  const { end } = await lab.run(sshd.host, "true", { auth, connectTimeoutMs: CONNECT_TIMEOUT_MS });
  assert.deepEqual(end, OK);
  assert.equal(sshd.opened(), 2);
  const stop = new AbortController();
  const other = await startTrustedHost(t, lab);
  await lab.trust([]);
  const { auth: otherAuth } = other;
  const options = { auth: otherAuth, signal: stop.signal };
  const running = lab.run(other.sshd.host, "true", options);
  await until("the question", () => person.hostKeys.length === 2);
  stop.abort(new Error("by hand"));
  assert.equal((await running).end.kind, "cancelled");
  assert.equal(open?.aborted, true);
});

test("a file in a folder that is not there is made, for its owner only", async (t) => {
  const lab = await makeLab(t, makePerson({ trust: trustAll }));
  const { sshd, auth } = await startTrustedHost(t, lab);
  const file = path.join(lab.folder, "new", "known_hosts");
  await lab.configure(`Host *\n  UserKnownHostsFile ${file}\n`);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  assert.equal((await stat(path.dirname(file))).mode & 0o777, 0o700);
});

test("a jump host's key and passphrase are asked for in its own name, on the way to the host behind it", async (t) => {
  const person = makePerson({ trust: trustAll, secret: () => "right" });
  const lab = await makeLab(t, person);
  const locked = await createKey(path.join(lab.folder, "locked"), "ed25519", "right");
  const gate = await startTrustedHost(t, lab, { authorized: [locked.publicKeyLine] });
  const inner = await startTrustedHost(t, lab);
  await lab.trust([]);
  const user = { user: "root", host: "127.0.0.1" };
  const aliases = [
    { ...user, alias: "gate", port: gate.sshd.port, keyFile: locked.file },
    { ...user, alias: "inner", port: inner.sshd.port, keyFile: lab.key.file },
  ];
  await lab.configure(`${describeSshConfig(aliases)}  ProxyJump gate\n`);
  assert.deepEqual((await lab.run("inner", "true")).end, OK);
  const places = [gate, inner].map(({ sshd }) => `root@127.0.0.1:${String(sshd.port)}`);
  const [outside, inside] = places;
  assert.deepEqual(
    person.hostKeys.map(({ keys }) => keys.map(({ host, hop }) => [host, hop])),
    [[[inside, outside]], [[inside, undefined]]],
  );
  assert.deepEqual(
    person.secrets.map(({ what, host, hop }) => [what, host, hop]),
    [["passphrase", inside, outside]],
  );
});
