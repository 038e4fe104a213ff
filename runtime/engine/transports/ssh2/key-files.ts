// Private key files, read and parsed once for all hosts and again only when they have changed.
import { readFile, stat } from "node:fs/promises";
import type { ParsedKey } from "ssh2";

/** `publicKey` is what an agent would know the key by. */
export type KeyFile =
  | { readonly kind: "usable"; readonly key: ParsedKey; readonly publicKey: Buffer }
  | { readonly kind: "encrypted"; readonly publicKey: Buffer | undefined }
  | { readonly kind: "publicOnly"; readonly publicKey: Buffer }
  | { readonly kind: "absent" }
  | { readonly kind: "unusable"; readonly reason: string };

export type ParseKey = (data: Buffer) => ParsedKey | Error;

export interface KeyFiles {
  read(path: string): Promise<KeyFile>;
}

export function createKeyFiles(loadParser: () => Promise<ParseKey>): KeyFiles {
  const kept = new Map<string, { readonly stamp: string; readonly file: Promise<KeyFile> }>();
  return {
    async read(path) {
      const stamp = await stampOf(path);
      if (stamp === undefined) return { kind: "absent" };
      const known = kept.get(path);
      if (known?.stamp === stamp) return known.file;
      const file = loadParser().then((parse) => readKeyFile(path, parse));
      kept.set(path, { stamp, file });
      return file;
    },
  };
}

async function stampOf(path: string): Promise<string | undefined> {
  return stat(path, { bigint: true }).then(
    ({ mtimeNs, size, ino }) => `${mtimeNs} ${size} ${ino}`,
    () => undefined,
  );
}

async function readKeyFile(path: string, parse: ParseKey): Promise<KeyFile> {
  let data: Buffer;
  try {
    data = await readFile(path);
  } catch (error) {
    return { kind: "unusable", reason: error instanceof Error ? error.message : String(error) };
  }
  const key = parse(data);
  if (key instanceof Error) {
    const encrypted = /passphrase/iu.test(key.message);
    if (encrypted) return { kind: "encrypted", publicKey: await readPublicKey(path, parse) };
    return { kind: "unusable", reason: key.message };
  }
  const publicKey = key.getPublicSSH();
  return key.isPrivateKey()
    ? { kind: "usable", key, publicKey }
    : { kind: "publicOnly", publicKey };
}

/** The public half, from the file beside it: that of an encrypted key is all we can read of it. */
async function readPublicKey(path: string, parse: ParseKey): Promise<Buffer | undefined> {
  try {
    const key = parse(await readFile(`${path}.pub`));
    return key instanceof Error ? undefined : key.getPublicSSH();
  } catch {
    return undefined; // Without a .pub file we cannot tell which key of the agent is this one.
  }
}
