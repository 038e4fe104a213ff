// What we offer a host to encrypt and sign with: what ssh_config allows of what ssh2 can do, in the order that is best for us.
import type {
  CipherAlgorithm,
  KexAlgorithm,
  MacAlgorithm,
  ServerHostKeyAlgorithm,
  Algorithms,
} from "ssh2";
import type { SshSettings } from "../config/settings.ts";

const KEY_EXCHANGES: readonly KexAlgorithm[] = [
  "curve25519-sha256",
  "curve25519-sha256@libssh.org",
  "ecdh-sha2-nistp256",
  "ecdh-sha2-nistp384",
  "ecdh-sha2-nistp521",
  "diffie-hellman-group-exchange-sha256",
  "diffie-hellman-group16-sha512",
  "diffie-hellman-group18-sha512",
  "diffie-hellman-group14-sha256",
];
const HOST_KEYS: readonly ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];
/** AES-GCM first: several times faster here than the others, and without the weakness of those that add a MAC afterwards. */
const CIPHERS: readonly CipherAlgorithm[] = [
  "aes128-gcm@openssh.com",
  "aes256-gcm@openssh.com",
  "aes128-ctr",
  "aes192-ctr",
  "aes256-ctr",
  "chacha20-poly1305@openssh.com",
];
const MACS: readonly MacAlgorithm[] = [
  "hmac-sha2-256-etm@openssh.com",
  "hmac-sha2-512-etm@openssh.com",
  "hmac-sha2-256",
  "hmac-sha2-512",
];
/** Last, and only as far as ssh_config or OpenSSH itself still allows them: for hosts that know nothing better. */
const OLD: ReadonlySet<string> = new Set([
  "ssh-rsa",
  "ssh-dss",
  "diffie-hellman-group-exchange-sha1",
  "diffie-hellman-group14-sha1",
  "diffie-hellman-group1-sha1",
  "aes256-cbc",
  "aes192-cbc",
  "aes128-cbc",
  "3des-cbc",
  "hmac-sha1-etm@openssh.com",
  "hmac-sha1",
]);

/**
 * A host is asked for a key of a known type first, so that one with several keys is not called unknown by accident.
 * Undefined: ssh_config allows nothing that ssh2 can do.
 */
export function chooseAlgorithms(
  settings: SshSettings,
  knownTypes: readonly string[],
): Algorithms | undefined {
  const kex = allowed(KEY_EXCHANGES, settings.kexalgorithms);
  const cipher = allowed(CIPHERS, settings.ciphers);
  const hmac = allowed(MACS, settings.macs);
  const keys = allowed(HOST_KEYS, settings.hostkeyalgorithms);
  const isKnown = (algorithm: ServerHostKeyAlgorithm) => knownTypes.includes(keyTypeFor(algorithm));
  const serverHostKey = [...keys.filter(isKnown), ...keys.filter((key) => !isKnown(key))];
  if ([kex, cipher, hmac, serverHostKey].some((list) => list.length === 0)) return undefined;
  return { kex, cipher, hmac, serverHostKey, compress: ["none"] };
}

function allowed<T extends string>(ours: readonly T[], configured: readonly string[]): T[] {
  if (configured.length === 0) return [...ours];
  const old = configured.filter((name): name is T => OLD.has(name));
  return [...ours.filter((name) => configured.includes(name)), ...old];
}

/** RSA keys sign in several ways, but are one type of key. */
function keyTypeFor(algorithm: ServerHostKeyAlgorithm): string {
  return algorithm.startsWith("rsa-sha2-") ? "ssh-rsa" : algorithm;
}
