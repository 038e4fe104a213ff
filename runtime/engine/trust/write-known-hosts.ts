// Adds keys to a known_hosts file as OpenSSH writes them: at its end, in one piece, beside others who do the same.
import { createHmac, randomBytes } from "node:crypto";
import { mkdir, open, stat } from "node:fs/promises";
import path from "node:path";

export interface TrustedKey {
  /** `host`, `[host]:port`, or what HostKeyAlias says. */
  readonly name: string;
  readonly type: string;
  readonly blob: Buffer;
  /** As a hash, so that the file tells nobody where its owner goes (HashKnownHosts). */
  readonly isHashed: boolean;
}

/** Whoever replaces the file at this very moment (`ssh-keygen -R`) does so once or twice, not for ever. */
const MOST_TRIES = 5;

/** Rejects when the file cannot be written. */
export async function writeKnownHosts(file: string, keys: readonly TrustedKey[]): Promise<void> {
  const text = keys.map(describeLine).join("");
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  if (!(await isFile(file))) throw new Error(`${file} is no file`);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (await append(file, text)) return;
  }
  throw new Error(`${file} is replaced again and again by something else`);
}

/** `/dev/null` is what people name who want nothing to be kept. */
async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => true, // not there yet
  );
}

/** One write at the end is in one piece. False when the file was replaced meanwhile, so that nobody will read what was written. */
async function append(file: string, text: string): Promise<boolean> {
  const handle = await open(file, "a+", 0o600);
  try {
    const { size, ino, dev } = await handle.stat();
    await handle.appendFile((await endsInLine(handle, size)) ? text : `\n${text}`);
    const now = await stat(file);
    return now.ino === ino && now.dev === dev;
  } finally {
    await handle.close();
  }
}

async function endsInLine(handle: Awaited<ReturnType<typeof open>>, size: number) {
  if (size === 0) return true;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 0 || buffer.toString("latin1") === "\n";
}

function describeLine({ name, type, blob, isHashed }: TrustedKey): string {
  return `${isHashed ? hashName(name) : name} ${type} ${blob.toString("base64")}\n`;
}

function hashName(name: string): string {
  const salt = randomBytes(20);
  const hash = createHmac("sha1", salt).update(name).digest("base64");
  return `|1|${salt.toString("base64")}|${hash}`;
}
