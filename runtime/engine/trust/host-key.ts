// A host's public key as it travels: the type inside it, and the fingerprint by which people compare it.
import { createHash } from "node:crypto";

const FIELDS_OF_TYPE: Readonly<Record<string, number>> = {
  "ssh-ed25519": 2,
  "ssh-rsa": 3,
  "ecdsa-sha2-nistp256": 3,
  "ecdsa-sha2-nistp384": 3,
  "ecdsa-sha2-nistp521": 3,
};

/** The type that the key itself names, such as `ssh-ed25519`; undefined when these bytes are no whole key. */
export function keyTypeOf(blob: Buffer): string | undefined {
  const fields = splitFields(blob);
  const type = fields?.[0]?.toString("latin1");
  if (fields === undefined || type === undefined) return undefined;
  return (FIELDS_OF_TYPE[type] ?? fields.length) === fields.length ? type : undefined;
}

/** `SHA256:…`, as `ssh-keygen -l` prints it. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/u, "")}`;
}

/** A key is a row of fields, each behind its length. */
function splitFields(blob: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = [];
  let position = 0;
  while (position < blob.length) {
    if (position + 4 > blob.length) return undefined;
    const end = position + 4 + blob.readUInt32BE(position);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(position + 4, end));
    position = end;
  }
  return fields;
}
