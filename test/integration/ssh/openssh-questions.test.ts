// What the system's ssh asks is put to the same person as everything else: passwords, passphrases, and what jump hosts want.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import type { Auth } from "../../../runtime/describe/hosts/hosts.ts";
import { systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { createKey } from "../../lab/keys.ts";
import { findProgram } from "../../lab/run-command.ts";
import { type SshdOptions, startSshd } from "../../lab/sshd.ts";
import { createLabUser } from "../../lab/users.ts";
import { makeFlyingClock } from "../../support/flying-clock.ts";
import { type Person, makePerson } from "../../support/person.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { makeLabReach } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };
const OPENSSH: Auth = { transport: "openssh" };
const PASSWORD_ONLY: SshdOptions = {
  lines: ["Match all", "PubkeyAuthentication no", "PasswordAuthentication yes"],
};
const PAM_ONLY: SshdOptions = {
  pam: true,
  lines: ["Match all", "PubkeyAuthentication no", "KbdInteractiveAuthentication yes"],
};

async function makeHost(
  t: TestContext,
  person: Person | undefined,
  options: SshdOptions = PASSWORD_ONLY,
  clock = systemClock,
) {
  const lab = await makeLabReach(t, {}, clock, person);
  const user = await createLabUser(t);
  const sshd = await startSshd(options);
  t.after(() => sshd.stop());
  await lab.trust([sshd]);
  const auth = { ...OPENSSH, user: user.name, port: sshd.port };
  const place = `${user.name}@127.0.0.1:${String(sshd.port)}`;
  return { lab, user, sshd, auth, place };
}

for (const [name, options] of Object.entries({ PASSWORD_ONLY, PAM_ONLY })) {
  test(`${name}: a password is asked for, again when it was wrong, and known from then on to both transports`, async (t) => {
    const person = makePerson({ secret: ({ retry }) => (retry ? user.password : "wrong") });
    const { lab, user, sshd, auth, place } = await makeHost(t, person, options);
    assert.equal((await lab.run(sshd.host, "id -un", { auth })).out, `${user.name}\n`);
    const own = { ...auth, transport: "ssh" } as const;
    assert.equal((await lab.run(sshd.host, "id -un", { auth: own })).out, `${user.name}\n`);
    assert.equal(sshd.opened(), 2);
    const about = `password ${user.name}@[127.0.0.1]:${String(sshd.port)}`;
    assert.deepEqual(
      person.secrets.map((one) => [one.what, one.host, one.about, one.retry]),
      [false, true].map((retry) => ["password", place, about, retry]),
    );
    assert.deepEqual(person.forgotten, [about]);
  });
}

test("a wrong password is asked for as often as ssh_config allows, and is not given again", async (t) => {
  const person = makePerson({ secret: () => "wrong" });
  const { lab, sshd, auth } = await makeHost(t, person);
  await lab.configure("NumberOfPasswordPrompts 2\n");
  const { end } = await lab.run(sshd.host, "true", { auth });
  assert.equal(end.kind, "refused");
  const message = "message" in end ? end.message : "";
  assert.match(
    message,
    /^not let in .+: what was given is not accepted; the host takes password$/u,
  );
  assert.deepEqual(
    person.secrets.map(({ retry }) => retry),
    [false, true],
  );
  assert.equal(person.forgotten.length, 2);
});

test("what is declined, or asked when nobody is there, is tried with no password at all", async (t) => {
  for (const person of [makePerson({}), undefined]) {
    const { lab, sshd, auth, place } = await makeHost(t, person);
    const { end } = await lab.run(sshd.host, "true", { auth });
    assert.equal(end.kind, "refused");
    assert.equal(
      "message" in end ? end.message : "",
      person === undefined
        ? `needs an answer: the password (${place}), and nobody is there to be asked`
        : `the password was asked for and not given (${place})`,
    );
    assert.doesNotMatch(sshd.log(), /^Failed password/mu);
  }
});

test("the passphrase of a key is asked for once for several hosts, again when it was wrong", async (t) => {
  const person = makePerson({ secret: ({ retry }) => (retry ? "right" : "wrong") });
  const lab = await makeLabReach(t, {}, systemClock, person);
  const key = await createKey(path.join(lab.folder, "locked"), "ed25519", "right");
  const addresses = [1, 2, 3].map((last) => `127.0.6.${String(last)}`);
  const sshd = await startSshd({ authorized: [key.publicKeyLine], addresses });
  t.after(() => sshd.stop());
  await lab.trust(addresses.map((host) => ({ ...sshd, host })));
  const auth = { ...OPENSSH, port: sshd.port, sshKey: key.file };
  const all = await Promise.all(addresses.map((host) => lab.run(host, "true", { auth })));
  for (const { end } of all) assert.deepEqual(end, OK);
  const about = `passphrase ${key.file}`;
  assert.deepEqual(
    person.secrets.map((one) => [one.what, one.prompt, one.about, one.retry]),
    [false, true].map((retry) => ["passphrase", key.file, about, retry]),
  );
});

test("a key that stays locked is named, when nobody is there to be asked", async (t) => {
  const lab = await makeLabReach(t);
  const key = await createKey(path.join(lab.folder, "locked"), "ed25519", "right");
  const sshd = await startSshd({ authorized: [key.publicKeyLine] });
  t.after(() => sshd.stop());
  await lab.trust([sshd]);
  const auth = { ...OPENSSH, port: sshd.port, sshKey: key.file };
  const { end } = await lab.run(sshd.host, "true", { auth });
  const message = "message" in end ? end.message : "";
  assert.ok(message.startsWith(`needs an answer: the passphrase of ${key.file} (`), message);
});

test("the time that a person takes is nobody's time-out", async (t) => {
  const connectTimeoutMs = 8000;
  const { clock, fly, land } = makeFlyingClock(100);
  const person = makePerson({
    async secret() {
      const begunMs = clock.elapsed();
      fly();
      await until("long thoughts", () => clock.elapsed() - begunMs > 20 * connectTimeoutMs);
      land();
      return user.password;
    },
  });
  const { lab, user, sshd, auth } = await makeHost(t, person, PASSWORD_ONLY, clock);
  const { end } = await lab.run(sshd.host, "true", { auth, connectTimeoutMs });
  assert.deepEqual(end, OK);
});

test("a cancel takes the question away", async (t) => {
  const controller = new AbortController();
  let withdrawn: AbortSignal | undefined;
  const person = makePerson({
    secret(_question, signal) {
      withdrawn = signal;
      controller.abort();
      return new Promise(() => {});
    },
  });
  const { lab, sshd, auth } = await makeHost(t, person);
  const { end } = await lab.run(sshd.host, "true", { auth, signal: controller.signal });
  assert.equal(end.kind, "cancelled");
  assert.equal(withdrawn?.aborted, true);
  await until("ssh to be gone", async () => (await sshd.connections()) === 0);
});

test("a jump host is passed, and what it asks names it", async (t) => {
  const person = makePerson({ secret: () => user.password });
  const { lab, user, sshd: gate, place } = await makeHost(t, person);
  const inner = await startSshd({ authorized: [lab.key.publicKeyLine] });
  t.after(() => inner.stop());
  await lab.trust([gate, inner]);
  await lab.configure(`Host inner
  HostName 127.0.0.1
  Port ${String(inner.port)}
  User root
  IdentityFile ${lab.key.file}
  ProxyJump ${user.name}@127.0.0.1:${String(gate.port)}
`);
  assert.deepEqual((await lab.run("inner", "true", { auth: OPENSSH })).end, OK);
  assert.equal(gate.opened(), 1);
  const [asked] = person.secrets;
  assert.equal(asked?.what, "password");
  assert.equal(asked?.host, `root@127.0.0.1:${String(inner.port)}`);
  assert.equal(asked?.hop, place.replace(/:\d+$/u, ""));
});

test("hosts whose keys nobody knows are asked about in one question; ssh writes down those that are trusted", async (t) => {
  const person = makePerson({ trust: () => [0, 2] });
  const lab = await makeLabReach(t, {}, systemClock, person);
  const addresses = [1, 2, 3].map((last) => `127.0.7.${String(last)}`);
  const sshd = await startSshd({ authorized: [lab.key.publicKeyLine], addresses });
  t.after(() => sshd.stop());
  const auth = { ...OPENSSH, port: sshd.port, sshKey: lab.key.file };
  const runAll = () => Promise.all(addresses.map((host) => lab.run(host, "true", { auth })));
  const all = await runAll();
  assert.equal(person.hostKeys.length, 1);
  const keys = person.hostKeys[0]?.keys ?? [];
  assert.deepEqual(
    keys.map(({ name }) => name).toSorted(),
    addresses.map((host) => `[${host}]:${String(sshd.port)}`),
  );
  assert.ok(keys.every(({ fingerprint }) => fingerprint === sshd.hostKeyFingerprint));
  const ended = all.map(({ end }) => end.kind).toSorted();
  assert.deepEqual(ended, ["exited", "exited", "refused"]);
  const refused = all.find(({ end }) => end.kind === "refused")?.end;
  assert.match(
    refused !== undefined && "message" in refused ? refused.message : "",
    /^unknown host/u,
  );
  const written = await readFile(lab.knownHostsFile, "utf8");
  assert.equal(written.trim().split("\n").length, 2);
});

test("an ssh that does not mark what hosts ask lets none of them ask", async (t) => {
  const folder = await temporaryFolder(t);
  const ssh = await findProgram("ssh");
  const old = `#!/bin/sh\ncase $1 in -V) echo OpenSSH_8.4p1 >&2 ;; *) exec ${ssh} "$@" ;; esac\n`;
  await writeFile(path.join(folder, "ssh"), old, { mode: 0o755 });
  const person = makePerson({ secret: () => user.password });
  const { lab, user, sshd, auth } = await makeHost(t, person, PAM_ONLY);
  lab.reach.setEnvironment({
    ...lab.environment,
    PATH: `${folder}:${lab.environment["PATH"] ?? ""}`,
  });
  assert.equal((await lab.run(sshd.host, "true", { auth })).end.kind, "refused");
  assert.equal(person.secrets.length, 0);
  lab.reach.setEnvironment(lab.environment);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
});
