// Whom we speak to: host keys on a real sshd are verified under the right name before anything is said about who we are.
import assert from "node:assert/strict";
import path from "node:path";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { createKey } from "../../lab/keys.ts";
import { runCommand } from "../../lab/run-command.ts";
import { type LabReach, makeLabReach, startTrustedHost } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };

async function refusalOf(lab: LabReach, host: string, auth: Parameters<LabReach["run"]>[2]) {
  const { end } = await lab.run(host, "true", auth);
  assert.equal(end.kind, "refused", JSON.stringify(end));
  assert.ok("message" in end);
  return end;
}

test("a key that nobody knows is refused, with what to do; after that command it is accepted", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  await lab.trust([]);
  const { message, next } = await refusalOf(lab, sshd.host, { auth });
  assert.equal(
    message,
    `unknown host key ssh-ed25519 ${sshd.hostKeyFingerprint} (root@127.0.0.1:${sshd.port}): ` +
      `${lab.knownHostsFile} has none for [127.0.0.1]:${sshd.port}`,
  );
  assert.doesNotMatch(sshd.log(), /publickey|Postponed|Accepted|invalid user/iu);
  const command = /then accept it: (ssh .*)$/u.exec(next)?.[1] ?? "";
  const options = `-i ${lab.key.file} -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=yes`;
  await runCommand("sh", ["-c", command.replace("ssh ", `ssh ${options} `)]);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
});

test("a changed key is refused with both fingerprints and the line; the named command mends it", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const other = await createKey(path.join(lab.folder, "other"));
  await lab.trust([
    { host: "elsewhere", port: 22, publicKeyLine: other.publicKeyLine },
    { ...sshd, publicKeyLine: other.publicKeyLine },
  ]);
  const { message, next } = await refusalOf(lab, sshd.host, { auth });
  assert.ok(message.includes(sshd.hostKeyFingerprint));
  assert.ok(message.includes(`${other.fingerprint} at ${lab.knownHostsFile}:2`));
  assert.doesNotMatch(sshd.log(), /publickey|Postponed|Accepted/iu);
  const command = /(ssh-keygen -f .*)$/u.exec(next)?.[1] ?? "";
  await runCommand("sh", ["-c", command]);
  assert.match((await refusalOf(lab, sshd.host, { auth })).message, /^unknown host key/u);
});

test("hashed names, patterns, the plain name and the global file are known as OpenSSH knows them", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  await lab.trust([sshd], { hashed: true });
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  const key = sshd.publicKeyLine;
  for (const names of ["[127.0.0.*]:*", "127.0.0.1", `x,[127.0.0.1]:${sshd.port},y`]) {
    const fresh = await makeLabReach(t);
    await writeFile(fresh.knownHostsFile, `${names} ${key}\n`);
    const { end } = await fresh.run(sshd.host, "true", { auth });
    assert.deepEqual(end, OK, names);
  }
  const global = await makeLabReach(t);
  await global.configure(`GlobalKnownHostsFile ${lab.knownHostsFile}\n`);
  assert.deepEqual((await global.run(sshd.host, "true", { auth })).end, OK);
});

test("the name to verify is what ssh_config makes of it: HostName, HostKeyAlias, its own file", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const own = path.join(lab.folder, "own_known_hosts");
  await writeFile(own, `the-box ${sshd.publicKeyLine}\n`);
  await lab.trust([]);
  await lab.configure(
    `Host box\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  HostKeyAlias the-box\n  UserKnownHostsFile ${own}\n`,
  );
  const { sshKey } = auth;
  assert.deepEqual((await lab.run("box", "true", { auth: { sshKey: sshKey ?? "" } })).end, OK);
  await lab.configure(`Host box\n  HostName 127.0.0.1\n  Port ${sshd.port}\n`);
  assert.match(
    (await refusalOf(lab, "box", { auth: { sshKey: sshKey ?? "" } })).message,
    new RegExp(`has none for \\[127\\.0\\.0\\.1\\]:${sshd.port}$`, "u"),
  );
});

test("a host with several keys is asked for the one that is known", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab, {
    hostKeyTypes: ["ed25519", "ecdsa", "rsa"],
  });
  for (const hostKey of sshd.hostKeys) {
    const fresh = await makeLabReach(t);
    await fresh.trust([{ ...sshd, publicKeyLine: hostKey.publicKeyLine }]);
    assert.deepEqual((await fresh.run(sshd.host, "true", { auth })).end, OK, hostKey.type);
  }
});

test("a revoked key is refused although it is known", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const line = `[127.0.0.1]:${sshd.port} ${sshd.publicKeyLine}`;
  await writeFile(lab.knownHostsFile, `${line}\n@revoked * ${sshd.publicKeyLine}\n`);
  assert.match((await refusalOf(lab, sshd.host, { auth })).message, /is revoked .*known_hosts:2$/u);
});

test("the file is looked at again for every connection, and never written", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  await lab.trust([]);
  await refusalOf(lab, sshd.host, { auth });
  assert.equal(await runCommand("cat", [lab.knownHostsFile]), "");
  await lab.trust([sshd]);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
});
