// Lines of a known_hosts file: plain, hashed, and with a port.
import { createHmac, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";

export type KnownHost = { host: string; port: number; publicKeyLine: string };

/** One line; the port is spelled out unless it is 22, as ssh itself does. */
function knownHostsLine(known: KnownHost, options: { hashed?: boolean } = {}): string {
  const name = known.port === 22 ? known.host : `[${known.host}]:${known.port}`;
  return `${options.hashed === true ? hashName(name) : name} ${known.publicKeyLine}`;
}

/** Writes the file anew with a line for each. */
export async function writeKnownHosts(
  file: string,
  known: readonly KnownHost[],
  options: { hashed?: boolean } = {},
): Promise<void> {
  await writeFile(file, known.map((one) => `${knownHostsLine(one, options)}\n`).join(""));
}

function hashName(name: string): string {
  const salt = randomBytes(20);
  const hash = createHmac("sha1", salt).update(name).digest("base64");
  return `|1|${salt.toString("base64")}|${hash}`;
}
