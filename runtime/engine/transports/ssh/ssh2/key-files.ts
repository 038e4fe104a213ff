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

export type ParseKey = (data: Buffer, passphrase?: string) => ParsedKey | Error;

export interface KeyFiles {
  read(path: string): Promise<KeyFile>;
  /** Reads a key that is behind a passphrase; a right one need not be given again, a wrong one leaves it `encrypted`. */
  unlock(path: string, passphrase: string): Promise<KeyFile>;
}

interface Kept {
  readonly stamp: string;
  readonly file: Promise<KeyFile>;
}

export function createKeyFiles(loadParser: () => Promise<ParseKey>): KeyFiles {
  const kept = new Map<string, Kept>();
  const unlocking = new Map<
    string,
    { readonly passphrase: string; readonly file: Promise<KeyFile> }
  >();

  async function look(path: string): Promise<Kept | undefined> {
    const stamp = await stampOf(path);
    if (stamp === undefined) return undefined;
    const known = kept.get(path);
    if (known?.stamp === stamp) return known;
    const fresh = { stamp, file: loadParser().then((parse) => readKeyFile(path, parse)) };
    kept.set(path, fresh);
    return fresh;
  }

  async function unlock(path: string, passphrase: string): Promise<KeyFile> {
    const known = await look(path);
    if (known === undefined) return { kind: "absent" };
    const file = await known.file;
    if (file.kind !== "encrypted") return file;
    const opened = await readKeyFile(path, await loadParser(), passphrase);
    if (opened.kind === "usable") kept.set(path, { ...known, file: Promise.resolve(opened) });
    return opened;
  }

  return {
    read: async (path) => (await look(path))?.file ?? { kind: "absent" },
    // The way from a passphrase to its key is long on purpose, and blocks this process: it is gone once for all hosts.
    unlock(path, passphrase) {
      const underWay = unlocking.get(path);
      if (underWay?.passphrase === passphrase) return underWay.file;
      const file = unlock(path, passphrase).finally(() => {
        if (unlocking.get(path)?.file === file) unlocking.delete(path);
      });
      unlocking.set(path, { passphrase, file });
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

async function readKeyFile(path: string, parse: ParseKey, passphrase?: string): Promise<KeyFile> {
  let data: Buffer;
  try {
    data = await readFile(path);
  } catch (error) {
    return { kind: "unusable", reason: error instanceof Error ? error.message : String(error) };
  }
  const key = parse(data, passphrase);
  if (key instanceof Error) {
    // What a wrong passphrase makes of a key is malformed in ways of its own.
    const encrypted = passphrase !== undefined || /passphrase/iu.test(key.message);
    if (encrypted) {
      return {
        kind: "encrypted",
        publicKey: publicHalfOf(data) ?? (await readPublicKey(path, parse)),
      };
    }
    return { kind: "unusable", reason: key.message };
  }
  const publicKey = key.getPublicSSH();
  return key.isPrivateKey()
    ? { kind: "usable", key, publicKey }
    : { kind: "publicOnly", publicKey };
}

const OPENSSH_KEY =
  /^-----BEGIN OPENSSH PRIVATE KEY-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END OPENSSH PRIVATE KEY-----/u;
const MAGIC = "openssh-key-v1\0";

/** In OpenSSH's own format the public half stands in the clear: behind cipher, key derivation, its options, and a count. */
function publicHalfOf(data: Buffer): Buffer | undefined {
  const base64 = OPENSSH_KEY.exec(data.toString("latin1"))?.[1];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) return undefined;
  const fields = splitFields(bytes, MAGIC.length, 3);
  const count = fields?.end;
  if (count === undefined || count + 4 > bytes.length || bytes.readUInt32BE(count) !== 1) {
    return undefined;
  }
  return splitFields(bytes, count + 4, 1)?.fields[0];
}

/** So many fields, each behind its length; undefined when they are not whole. */
function splitFields(
  bytes: Buffer,
  start: number,
  count: number,
): { readonly fields: readonly Buffer[]; readonly end: number } | undefined {
  const fields: Buffer[] = [];
  let end = start;
  while (fields.length < count) {
    if (end + 4 > bytes.length) return undefined;
    const from = end + 4;
    end = from + bytes.readUInt32BE(end);
    if (end > bytes.length) return undefined;
    fields.push(bytes.subarray(from, end));
  }
  return { fields, end };
}

/** The public half from the file beside it. */
async function readPublicKey(path: string, parse: ParseKey): Promise<Buffer | undefined> {
  try {
    const key = parse(await readFile(`${path}.pub`));
    return key instanceof Error ? undefined : key.getPublicSSH();
  } catch {
    return undefined; // Without a .pub file we cannot tell which key of the agent is this one.
  }
}
