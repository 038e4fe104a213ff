// Keys behind a passphrase: asked for when a host takes the key, once for all hosts, with every type and format of key.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { createKey, type Key } from "../../lab/keys.ts";
import { runCommand } from "../../lab/run-command.ts";
import { startSshd } from "../../lab/sshd.ts";
import { makePerson, type Person } from "../../support/person.ts";
import { type LabReach, makeLabReach } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };

async function startHosts(t: TestContext, lab: LabReach, key: Key, addresses = ["127.0.0.1"]) {
  const sshd = await startSshd({ authorized: [key.publicKeyLine], addresses });
  t.after(() => sshd.stop());
  await lab.trust(addresses.map((host) => ({ ...sshd, host })));
  return sshd;
}

function makeLab(t: TestContext, person: Person): Promise<LabReach> {
  return makeLabReach(t, {}, systemClock, person);
}

test("the passphrase of a key is asked for once for many hosts, again when it was wrong, and never later", async (t) => {
  const person = makePerson({ secret: ({ retry }) => (retry ? "right" : "wrong") });
  const lab = await makeLab(t, person);
  const key = await createKey(path.join(lab.folder, "locked"), "ed25519", "right");
  const addresses = Array.from({ length: 8 }, (_, index) => `127.0.5.${String(index + 1)}`);
  const sshd = await startHosts(t, lab, key, addresses);
  const auth = { user: "root", port: sshd.port, sshKey: key.file };
  const all = await Promise.all(addresses.map((host) => lab.run(host, "true", { auth })));
  for (const { end } of all) assert.deepEqual(end, OK);
  assert.deepEqual(
    person.secrets.map(({ what, prompt, about, retry }) => [what, prompt, about, retry]),
    [false, true].map((retry) => ["passphrase", key.file, `passphrase ${key.file}`, retry]),
  );
  assert.deepEqual(person.forgotten, [`passphrase ${key.file}`]);
});

for (const type of ["ed25519", "rsa", "ecdsa"] as const) {
  test(`an encrypted ${type} key opens the door, without its .pub file too, and in the old format`, async (t) => {
    const person = makePerson({ secret: () => "right" });
    const lab = await makeLab(t, person);
    const key = await createKey(path.join(lab.folder, "locked"), type, "right");
    const sshd = await startHosts(t, lab, key);
    const login = async () => {
      const fresh = await makeLab(t, person);
      await fresh.trust([sshd]);
      const auth = { user: "root", port: sshd.port, sshKey: key.file };
      return (await fresh.run(sshd.host, "true", { auth })).end;
    };
    assert.deepEqual(await login(), OK);
    await rm(`${key.file}.pub`);
    assert.deepEqual(await login(), OK);
    if (type === "ed25519") return; // has no older format
    const words = ["-p", "-m", "PEM", "-P", "right", "-N", "right", "-f", key.file];
    await runCommand("ssh-keygen", words);
    assert.deepEqual(await login(), OK);
    assert.equal(person.secrets.length, 3);
  });
}

test("nobody is asked for a key that the host does not take", async (t) => {
  const person = makePerson({ secret: () => "right" });
  const lab = await makeLab(t, person);
  const key = await createKey(path.join(lab.folder, "locked"), "ed25519", "right");
  const sshd = await startHosts(t, lab, lab.key);
  const auth = { user: "root", port: sshd.port, sshKey: key.file };
  const { end } = await lab.run(sshd.host, "true", { auth });
  assert.ok("message" in end);
  assert.match(end.message, /: \/.+\/locked is not accepted; the host takes publickey$/u);
  assert.equal(person.secrets.length, 0);
});

test("declined, or wrong three times: other keys are still offered, and the words say what happened", async (t) => {
  const person = makePerson({ secret: ({ prompt }) => (prompt?.endsWith("a") ? undefined : "x") });
  const lab = await makeLab(t, person);
  const names = ["a", "b"].map((name) => path.join(lab.folder, name));
  const keys = await Promise.all(names.map((file) => createKey(file, "ed25519", "right")));
  await lab.configure(
    `IdentitiesOnly yes\n${names.map((name) => `IdentityFile ${name}\n`).join("")}`,
  );
  const lines = keys.map(({ publicKeyLine }) => publicKeyLine);
  const sshd = await startSshd({ authorized: lines });
  t.after(() => sshd.stop());
  await lab.trust([sshd]);
  const { end } = await lab.run(sshd.host, "true", { auth: { user: "root", port: sshd.port } });
  assert.ok("message" in end);
  assert.equal(
    end.message,
    `no usable key (root@127.0.0.1:${String(sshd.port)}): ${names[0] ?? ""} needs a passphrase, and it was not given; ` +
      `${names[1] ?? ""} needs a passphrase, and what was given was not it; the host takes publickey`,
  );
  assert.equal(person.secrets.length, 4);
});
