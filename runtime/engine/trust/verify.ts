// Judges the key that a host shows: known, unknown, or not to be trusted, with what to do then. Never writes.
import { ConnectionError } from "../host-errors.ts";
import { fingerprintOf, keyTypeOf } from "./host-key.ts";
import type { KnownHosts, KnownKey } from "./known-hosts.ts";

/** A host as known_hosts and messages name it. */
export interface HostToVerify {
  /** The name to look for first: `host`, `[host]:port`, or what HostKeyAlias says. */
  readonly name: string;
  /** OpenSSH takes a key that is known for the plain name on other ports too. */
  readonly plainName?: string;
  /** `user@host:port`. */
  readonly place: string;
  /** Where a user's own keys are looked for; the first one is where a new key belongs. */
  readonly files: readonly string[];
  /** What a person runs to reach the host by hand. */
  readonly sshCommand: string;
}

/** Types of the keys that are known for this host, in the order of their lines: what to ask it for first. */
export function knownTypes(host: HostToVerify, knownHosts: KnownHosts): readonly string[] {
  const own = knownHosts.find(host.name).filter(isUnmarked);
  const keys = own.length > 0 ? own : findPlain(host, knownHosts).filter(isUnmarked);
  return [...new Set(keys.map(({ type }) => type))];
}

/** A key about which nothing is known, as it is shown to a person. */
export interface Stranger {
  readonly type: string;
  readonly fingerprint: string;
  /** What is known of the host all the same. */
  readonly note?: string;
  /** Why the host must not be spoken to while nobody trusts the key, which that command accepts. */
  refuse(sshCommand: string): ConnectionError;
}

export type Verdict =
  | { readonly kind: "known" }
  | { readonly kind: "refused"; readonly refusal: ConnectionError }
  | { readonly kind: "unknown"; readonly stranger: Stranger };

const KNOWN: Verdict = { kind: "known" };

export function judgeHostKey(host: HostToVerify, knownHosts: KnownHosts, blob: Buffer): Verdict {
  const isShown = (key: KnownKey) => key.blob.equals(blob);
  const isRevoked = (key: KnownKey) => key.marker === "revoked" && isShown(key);
  const named = knownHosts.find(host.name);
  const revoked = named.find(isRevoked);
  if (revoked !== undefined) return refused(describeRevoked(host, revoked));
  const own = named.filter(isUnmarked);
  if (own.some(isShown)) return KNOWN;
  const type = keyTypeOf(blob);
  const former = own.find((key) => key.type === type);
  if (former !== undefined) return refused(describeChanged(host, blob, former));
  // Under the plain name a key may only confirm: a different one there belongs to another server of that machine.
  const plain = findPlain(host, knownHosts);
  const revokedPlain = plain.find(isRevoked);
  if (revokedPlain !== undefined) return refused(describeRevoked(host, revokedPlain));
  if (plain.filter(isUnmarked).some(isShown)) return KNOWN;
  if (isKnownByCertificateOnly(host, knownHosts)) {
    return refused(describeCertified(host, blob, findAuthorities(host, knownHosts)));
  }
  return { kind: "unknown", stranger: describeStranger(host, blob, own) };
}

/**
 * Whether known_hosts names a certificate authority for this host and no key of its own: then only what reads certificates,
 * such as the system's ssh, can verify it.
 */
export function isKnownByCertificateOnly(host: HostToVerify, knownHosts: KnownHosts): boolean {
  return findAuthorities(host, knownHosts).length > 0 && knownTypes(host, knownHosts).length === 0;
}

function findAuthorities(host: HostToVerify, knownHosts: KnownHosts): readonly KnownKey[] {
  const keys = [...knownHosts.find(host.name), ...findPlain(host, knownHosts)];
  return keys.filter(({ marker }) => marker === "cert-authority");
}

function refused(refusal: ConnectionError): Verdict {
  return { kind: "refused", refusal };
}

function isUnmarked({ marker }: KnownKey): boolean {
  return marker === undefined;
}

function findPlain({ plainName }: HostToVerify, knownHosts: KnownHosts): readonly KnownKey[] {
  return plainName === undefined ? [] : knownHosts.find(plainName);
}

function describeStranger(host: HostToVerify, blob: Buffer, others: readonly KnownKey[]): Stranger {
  const [file = "known_hosts"] = host.files;
  const note =
    others.length === 0
      ? undefined
      : `${host.name} is known by ${others.map(describeKnown).join(", ")} only`;
  return {
    type: keyTypeOf(blob) ?? "of unknown type",
    fingerprint: fingerprintOf(blob),
    ...(note !== undefined && { note }),
    refuse: (sshCommand) =>
      new ConnectionError(
        "refused",
        `unknown host key ${describe(blob)} (${host.place}): ${note ?? `${file} has none for ${host.name}`}`,
        `compare it with what the host itself says (${askTheHost(blob)}), then accept it: ${sshCommand}`,
      ),
  };
}

function describeChanged(host: HostToVerify, blob: Buffer, former: KnownKey): ConnectionError {
  return new ConnectionError(
    "refused",
    `the host key has changed to ${describe(blob)} (${host.place}): known is ${describeKnown(former)}`,
    `if it was not you who changed it, somebody may be in between; otherwise remove line ${former.line} of ${former.file}: ` +
      `ssh-keygen -f ${quote(former.file)} -R ${quote(host.name)}`,
  );
}

function describeRevoked(host: HostToVerify, revoked: KnownKey): ConnectionError {
  return new ConnectionError(
    "refused",
    `the host key ${describe(revoked.blob)} is revoked (${host.place}): ${revoked.file}:${revoked.line}`,
    "give the host a new key; a revoked one must not be trusted again",
  );
}

function describeCertified(
  host: HostToVerify,
  blob: Buffer,
  authorities: readonly KnownKey[],
): ConnectionError {
  return new ConnectionError(
    "refused",
    `unknown host key ${describe(blob)} (${host.place}): ${host.name} is known only by certificates of ` +
      `${authorities.map(describeKnown).join(", ")}, which cannot be checked here`,
    'let the system\'s ssh reach it, which reads certificates: transport "openssh"',
  );
}

function describe(blob: Buffer): string {
  return `${keyTypeOf(blob) ?? "of unknown type"} ${fingerprintOf(blob)}`;
}

function describeKnown(key: KnownKey): string {
  return `${key.type} ${fingerprintOf(key.blob)} at ${key.file}:${key.line}`;
}

function askTheHost(blob: Buffer): string {
  const name = /^(?:ssh|ecdsa)-(ed25519|rsa|sha2)/u.exec(keyTypeOf(blob) ?? "")?.[1] ?? "*";
  const kind = name === "sha2" ? "ecdsa" : name;
  return `ssh-keygen -lf /etc/ssh/ssh_host_${kind}_key.pub`;
}

function quote(word: string): string {
  return /^[\w./:@-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
