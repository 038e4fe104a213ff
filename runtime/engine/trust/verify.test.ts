// What is said about a host's key: known, unknown, changed, revoked, known on another port.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprintOf } from "./host-key.ts";
import { parseKnownHosts } from "./known-hosts.ts";
import { type HostToVerify, isKnownByCertificateOnly, judgeHostKey, knownTypes } from "./verify.ts";

function makeKey(type: string, fill: string): Buffer {
  const fields = [type, ...(type === "ssh-rsa" ? ["e"] : []), fill.repeat(32)];
  const parts = fields.map((field) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field.length);
    return Buffer.concat([length, Buffer.from(field)]);
  });
  return Buffer.concat(parts);
}

const first = makeKey("ssh-ed25519", "a");
const second = makeKey("ssh-ed25519", "b");
const rsa = makeKey("ssh-rsa", "c");

const host: HostToVerify = {
  name: "[web]:2222",
  plainName: "web",
  place: "me@web:2222",
  files: ["/home/me/known hosts", "/etc/ssh/ssh_known_hosts"],
  sshCommand: "ssh -p 2222 me@web true",
};

function line(names: string, blob: Buffer): string {
  return `${names} ${blob === rsa ? "ssh-rsa" : "ssh-ed25519"} ${blob.toString("base64")}\n`;
}

function verify(text: string, blob: Buffer) {
  const verdict = judgeHostKey(host, parseKnownHosts(text, "/home/me/known hosts"), blob);
  if (verdict.kind === "unknown") return verdict.stranger.refuse(host.sshCommand);
  return verdict.kind === "refused" ? verdict.refusal : undefined;
}

test("a key that is known, under the name with port or under the plain name, is trusted", () => {
  assert.equal(verify(line("[web]:2222", first), first), undefined);
  assert.equal(verify(line("[web]:2222", second) + line("[web]:2222", first), first), undefined);
  assert.equal(verify(line("web", first), first), undefined);
  assert.equal(verify(line("[web]:2222", rsa) + line("web", first), first), undefined);
});

test("an unknown key is refused with fingerprint, file and what to run", () => {
  const refusal = verify(line("other", first), first);
  assert.equal(refusal?.kind, "refused");
  assert.equal(
    refusal.message,
    `unknown host key ssh-ed25519 ${fingerprintOf(first)} (me@web:2222): /home/me/known hosts has none for [web]:2222`,
  );
  assert.equal(
    refusal.next,
    "compare it with what the host itself says (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), " +
      "then accept it: ssh -p 2222 me@web true",
  );
});

test("another server's key under the plain name makes a key unknown, not changed", () => {
  assert.match(verify(line("web", second), first)?.message ?? "", /^unknown host key/u);
});

test("a host that shows a type never seen is unknown, and the known types are named", () => {
  const message = verify(line("[web]:2222", rsa), first)?.message ?? "";
  assert.match(message, /is known by ssh-rsa SHA256:\S+ at \/home\/me\/known hosts:1 only$/u);
});

test("a changed key is refused with both fingerprints, the line and the command", () => {
  const refusal = verify(`# first line\n${line("[web]:2222", second)}`, first);
  assert.equal(
    refusal?.message,
    `the host key has changed to ssh-ed25519 ${fingerprintOf(first)} (me@web:2222): ` +
      `known is ssh-ed25519 ${fingerprintOf(second)} at /home/me/known hosts:2`,
  );
  assert.match(
    refusal?.next ?? "",
    /remove line 2 of \/home\/me\/known hosts: ssh-keygen -f '\/home\/me\/known hosts' -R '\[web\]:2222'$/u,
  );
});

test("a revoked key is refused although it is known as well", () => {
  const known = line("[web]:2222", first);
  assert.match(
    verify(`${known}@revoked ${line("*", first)}`, first)?.message ?? "",
    /is revoked .*:2$/u,
  );
  assert.match(
    verify(line("web", first) + `@revoked ${line("web", first)}`, first)?.message ?? "",
    /is revoked/u,
  );
  assert.equal(verify(`${known}@revoked ${line("*", second)}`, first), undefined);
});

test("the types that are known come in the order of their lines", () => {
  const text = line("[web]:2222", rsa) + line("[web]:2222", first) + line("other", second);
  assert.deepEqual(knownTypes(host, parseKnownHosts(text, "f")), ["ssh-rsa", "ssh-ed25519"]);
});

test("bytes that are no key are refused, not trusted", () => {
  assert.equal(verify(line("[web]:2222", first), Buffer.from("rubbish"))?.kind, "refused");
});

test("a host that only certificates can prove is told from one that nobody knows", () => {
  const authority = `@cert-authority ${line("*", second)}`;
  const isCertified = (text: string) =>
    isKnownByCertificateOnly(host, parseKnownHosts(text, "/home/me/known hosts"));
  assert.equal(isCertified(authority), true);
  assert.equal(isCertified(authority + line("[web]:2222", first)), false);
  assert.equal(isCertified(`@cert-authority ${line("other", second)}`), false);
  const refusal = verify(authority, first);
  assert.match(
    refusal?.message ?? "",
    /is known only by certificates of ssh-ed25519 SHA256:\S+ at/u,
  );
  assert.match(refusal?.next ?? "", /the system's ssh/u);
  assert.equal(verify(authority + line("[web]:2222", first), first), undefined);
  assert.match(verify(authority, second)?.message ?? "", /only by certificates/u);
});
