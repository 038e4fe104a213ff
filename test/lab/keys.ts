// SSH key pairs for tests, made by the real ssh-keygen.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { runCommand } from "./run-command.ts";

export type KeyType = "ed25519" | "rsa" | "ecdsa";

/** A key pair: where its private half lies, its public half as `type base64`, and the fingerprint as ssh prints it. */
export type Key = { file: string; type: KeyType; publicKeyLine: string; fingerprint: string };

/** Makes a key pair in `file` and `file.pub`. */
export async function createKey(
  file: string,
  type: KeyType = "ed25519",
  passphrase = "",
): Promise<Key> {
  await runCommand("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", "lab", "-f", file]);
  const [algorithm = "", blob = ""] = (await readFile(`${file}.pub`, "utf8")).split(" ");
  const publicKeyLine = `${algorithm} ${blob}`;
  return { file, type, publicKeyLine, fingerprint: fingerprintOf(publicKeyLine) };
}

/** `SHA256:…` of a `type base64` line. */
function fingerprintOf(publicKeyLine: string): string {
  const blob = Buffer.from(publicKeyLine.split(" ")[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/u, "")}`;
}
