// Adds trusted keys to known_hosts files: what comes while a write is under way is written with the next one, all at once.
import { createKnownHostsFiles } from "./known-hosts-files.ts";
import { type TrustedKey, writeKnownHosts } from "./write-known-hosts.ts";

export interface KnownHostsWriter {
  /** Resolves when the key is in the file, rejects when the file takes nothing. One that it has added, and that is there still, is not added again. */
  add(file: string, key: TrustedKey): Promise<void>;
}

interface Batch {
  readonly keys: Map<string, TrustedKey>;
  readonly written: Promise<void>;
}

export function createKnownHostsWriter(write = writeKnownHosts): KnownHostsWriter {
  const files = createKnownHostsFiles();
  /** What this process has added: only that is looked up again, since each look costs a hash for every hashed line. */
  const added = new Set<string>();
  const waiting = new Map<string, Batch>();
  let writing: Promise<unknown> = Promise.resolve();

  async function writeNew(file: string, keys: ReadonlyMap<string, TrustedKey>): Promise<void> {
    const isAgain = [...keys.keys()].some((id) => added.has(id));
    const known = isAgain ? await files.read([file]) : undefined;
    const isThere = (id: string, { name, blob }: TrustedKey) =>
      added.has(id) &&
      known?.find(name).some((key) => key.marker === undefined && key.blob.equals(blob)) === true;
    const missing = [...keys].filter(([id, key]) => !isThere(id, key));
    if (missing.length === 0) return;
    await write(
      file,
      missing.map(([, key]) => key),
    );
    for (const [id] of missing) added.add(id);
  }

  return {
    add(file, key) {
      const id = JSON.stringify([file, key.name, key.blob.toString("base64")]);
      const next = waiting.get(file);
      if (next !== undefined) {
        next.keys.set(id, key);
        return next.written;
      }
      const keys = new Map([[id, key]]);
      const written = writing.then(() => {
        waiting.delete(file);
        return writeNew(file, keys);
      });
      waiting.set(file, { keys, written });
      writing = written.catch(() => undefined); // told to those who added the keys
      return written;
    },
  };
}
