// What only the system's ssh can do is done by it without being asked for: certificates, post-quantum keys, lists of revoked keys.
import assert from "node:assert/strict";
import { chmod, copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { createKey } from "../../lab/keys.ts";
import { findProgram, runCommand } from "../../lab/run-command.ts";
import { startSshAgent } from "../../lab/ssh-agent.ts";
import { type SshdOptions, startSshd } from "../../lab/sshd.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { type LabReach, makeLabReach, startTrustedHost } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };

async function refusalOf(lab: LabReach, host: string, options: Parameters<LabReach["run"]>[2]) {
  const { end } = await lab.run(host, "true", options);
  assert.equal(end.kind, "refused", JSON.stringify(end));
  assert.ok("message" in end);
  return end;
}

/** An authority whose signature lets its users in, and a server that knows nothing else. */
async function startCertifyingHost(t: TestContext, options: SshdOptions = {}) {
  const folder = await temporaryFolder(t);
  await chmod(folder, 0o755); // sshd reads the authority's key as the user who logs in
  const authority = await createKey(path.join(folder, "authority"));
  const lines = [`TrustedUserCAKeys ${authority.file}.pub`, ...(options.lines ?? [])];
  const sshd = await startSshd({ ...options, lines });
  t.after(() => sshd.stop());
  const sign = async (keyFile: string, ...words: readonly string[]) => {
    const names = ["-I", "lab", "-n", "root", ...words];
    await runCommand("ssh-keygen", ["-q", "-s", authority.file, ...names, `${keyFile}.pub`]);
    return `${keyFile}-cert.pub`;
  };
  return { sshd, sign, authority };
}

test("a certificate beside the key opens the door, over one connection", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, sign } = await startCertifyingHost(t);
  await lab.trust([sshd]);
  const auth = { user: "root", port: sshd.port, sshKey: lab.key.file };
  assert.match((await refusalOf(lab, sshd.host, { auth })).message, /^no usable key/u);
  await sign(lab.key.file);
  for (const word of ["one", "two"]) {
    const { end, out } = await lab.run(sshd.host, `echo ${word}`, { auth });
    assert.deepEqual({ end, out }, { end: OK, out: `${word}\n` });
  }
  const logins = sshd.log().match(/^Accepted publickey .* ID lab/gmu) ?? [];
  assert.equal(logins.length, 1);
  assert.equal(lab.reach.connectionCount(), 1);
});

test("one of ssh_config, and one that the agent holds", async (t) => {
  const keys = await makeLabReach(t);
  const { sshd, sign } = await startCertifyingHost(t);
  const certificate = await sign(keys.key.file);
  const agent = await startSshAgent([keys.key.file]);
  t.after(() => agent.stop());
  const byAgent = await makeLabReach(t, { SSH_AUTH_SOCK: agent.socket });
  await byAgent.trust([sshd]);
  const auth = { user: "root", port: sshd.port };
  assert.deepEqual((await byAgent.run(sshd.host, "true", { auth })).end, OK);

  const named = await makeLabReach(t);
  const moved = path.join(named.folder, "mine.pub");
  await copyFile(certificate, moved);
  await copyFile(keys.key.file, named.key.file);
  await copyFile(`${keys.key.file}.pub`, `${named.key.file}.pub`);
  await named.trust([sshd]);
  await named.configure(`Host *\n  CertificateFile ${moved}\n  IdentityFile ${named.key.file}\n`);
  assert.deepEqual((await named.run(sshd.host, "true", { auth })).end, OK);
});

test("behind a jump host, and on the jump host itself", async (t) => {
  const lab = await makeLabReach(t);
  const gate = await startCertifyingHost(t);
  const inner = await startSshd({ authorized: [lab.key.publicKeyLine] });
  t.after(() => inner.stop());
  await lab.trust([gate.sshd, inner]);
  const certificate = await gate.sign(lab.key.file);
  const configure = (ofGate: string, ofInner: string) =>
    lab.configure(`Host gate inner
  HostName 127.0.0.1
  User root
  IdentityFile ${lab.key.file}
Host gate
  Port ${String(gate.sshd.port)}
  ${ofGate}
Host inner
  Port ${String(inner.port)}
  ProxyJump gate
  ${ofInner}
`);
  const line = `CertificateFile ${certificate}`;
  await configure(line, "");
  assert.deepEqual((await lab.run("inner", "true")).end, OK);
  await configure("", line);
  assert.deepEqual((await lab.run("inner", "true")).end, OK);
  await configure("", "");
  const { message, next } = await refusalOf(lab, "inner", {});
  assert.ok(
    message.includes(`the certificate ${certificate}, which only the system's ssh can offer`),
  );
  assert.match(next, /transport "openssh"/u);
  const named = { transport: "openssh" } as const;
  assert.deepEqual((await lab.run("inner", "true", { auth: named })).end, OK);
});

test("once a host behind a jump host is known to need it, only the system's ssh goes to the jump host", async (t) => {
  const lab = await makeLabReach(t);
  const [gate, inner] = await Promise.all(
    [[], ["KexAlgorithms sntrup761x25519-sha512@openssh.com"]].map(async (lines) => {
      const sshd = await startSshd({ authorized: [lab.key.publicKeyLine], lines });
      t.after(() => sshd.stop());
      return sshd;
    }),
  );
  assert.ok(gate && inner);
  await lab.trust([gate, inner]);
  await lab.configure(`Host gate inner
  HostName 127.0.0.1
  User root
  IdentityFile ${lab.key.file}
Host gate
  Port ${String(gate.port)}
Host inner
  Port ${String(inner.port)}
  ProxyJump gate
`);
  assert.deepEqual((await lab.run("inner", "true")).end, OK);
  assert.equal(gate.opened(), 2); // one for ssh2, which was in vain
  await inner.disconnect();
  await until("no connection", () => lab.reach.connectionCount() === 0);
  assert.deepEqual((await lab.run("inner", "true")).end, OK);
  assert.equal(gate.opened(), 3);
});

test("one that has expired is refused, and both ways are named", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, sign } = await startCertifyingHost(t);
  await lab.trust([sshd]);
  const certificate = await sign(lab.key.file, "-V", "20200101:20200102");
  const auth = { user: "root", port: sshd.port, sshKey: lab.key.file };
  const { message } = await refusalOf(lab, sshd.host, { auth });
  assert.match(message, /^no usable key \(root@127\.0\.0\.1:\d+, by the system's ssh\): /u);
  assert.ok(message.endsWith(`because there is the certificate ${certificate}`), message);
});

test("a host that is known by its certificate only", async (t) => {
  const lab = await makeLabReach(t);
  const authority = await createKey(path.join(lab.folder, "authority"));
  const hostKey = await createKey(path.join(lab.folder, "host"));
  const sign = (name: string) =>
    runCommand(
      "ssh-keygen",
      `-q -h -s ${authority.file} -I host -n ${name} ${hostKey.file}.pub`.split(" "),
    );
  await sign("127.0.0.1");
  const { sshd, auth } = await startTrustedHost(t, lab, {
    hostKeys: [hostKey],
    lines: [`HostCertificate ${hostKey.file}-cert.pub`],
  });
  await writeFile(lab.knownHostsFile, `@cert-authority * ${authority.publicKeyLine}\n`);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  assert.equal(sshd.opened(), 1);

  await sign("another-name");
  const wrong = await startSshd({
    authorized: [lab.key.publicKeyLine],
    hostKeys: [hostKey],
    lines: [`HostCertificate ${hostKey.file}-cert.pub`],
  });
  t.after(() => wrong.stop());
  const { message } = await refusalOf(lab, wrong.host, {
    auth: { ...auth, port: wrong.port },
  });
  assert.match(message, /^the host's certificate is not accepted .*not a listed principal/u);
});

test("a server, and an ssh_config, with post-quantum key exchange only", async (t) => {
  const lab = await makeLabReach(t);
  const kex = "KexAlgorithms sntrup761x25519-sha512@openssh.com";
  const { sshd, auth } = await startTrustedHost(t, lab, { lines: [kex] });
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  assert.equal(sshd.opened(), 2); // one for ssh2, which was in vain
  await lab.configure(`Host *\n  ${kex}\n`);
  const plain = await startTrustedHost(t, lab);
  assert.deepEqual((await lab.run(plain.sshd.host, "true", { auth: plain.auth })).end, OK);
  assert.equal(plain.sshd.opened(), 1);
});

test("a list of revoked keys", async (t) => {
  const lab = await makeLabReach(t);
  const other = await createKey(path.join(lab.folder, "other"));
  const { sshd, auth } = await startTrustedHost(t, lab);
  const list = path.join(lab.folder, "revoked");
  await lab.configure(`Host *\n  RevokedHostKeys ${list}\n`);
  await writeFile(list, `${other.publicKeyLine}\n`);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  await lab.reach.dispose();
  const again = await makeLabReach(t);
  await again.configure(`Host *\n  RevokedHostKeys ${list}\n`);
  await again.trust([sshd]);
  await writeFile(list, `${sshd.publicKeyLine}\n`);
  const keys = { ...auth, sshKey: lab.key.file };
  assert.match((await refusalOf(again, sshd.host, { auth: keys })).message, /is revoked/u);
});

test("the key of a FIDO device is left to the system's ssh", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  const key = path.join(lab.folder, "id_ed25519_sk");
  const algorithm = "sk-ssh-ed25519@openssh.com";
  await writeFile(key, `${algorithm} AAAA\n`, { mode: 0o600 });
  const { message } = await refusalOf(lab, sshd.host, { auth: { ...auth, sshKey: key } });
  assert.ok(message.endsWith(`by the system's ssh, because ${key} is the key of a FIDO device`));
});

test("without ssh on PATH the refusal says what it is needed for", async (t) => {
  const folder = await temporaryFolder(t);
  const ssh = await findProgram("ssh");
  const bin = path.join(folder, "bin");
  await mkdir(bin);
  // Only to read ssh_config: as if it were removed later.
  await writeFile(path.join(bin, "ssh"), `#!/bin/sh\ncase $1 in -G) exec ${ssh} "$@" ;; esac\n`);
  await chmod(path.join(bin, "ssh"), 0o755);
  const lab = await makeLabReach(t, { PATH: bin });
  await lab.configure("Host *\n  PKCS11Provider /usr/lib/token.so\n");
  const { message, next } = await refusalOf(lab, "127.0.0.1", {});
  assert.match(message, /PKCS11Provider/u);
  assert.ok(next);
});
