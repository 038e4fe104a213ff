// The known_hosts files on disk, read again only when they have changed. Never written.
import { readFile, stat } from "node:fs/promises";
import { type KnownHosts, parseKnownHosts } from "./known-hosts.ts";

export interface KnownHostsFiles {
  /** What these files say together, as they are now; one that is absent or cannot be read says nothing. */
  read(files: readonly string[]): Promise<KnownHosts>;
}

interface Kept {
  readonly stamp: string;
  readonly knownHosts: KnownHosts;
}

/** A file of a hundred thousand hosts with all their keys is smaller; what is larger is none, or nobody's own. */
const LARGEST_FILE_BYTES = 100_000_000n;

const NOTHING: Kept = { stamp: "", knownHosts: { find: () => [] } };

export function createKnownHostsFiles(): KnownHostsFiles {
  const kept = new Map<string, Kept>();
  const reading = new Map<string, Promise<Kept>>();

  // Hosts of one fan-out that ask at the same moment share one look at the file.
  function readOne(file: string): Promise<Kept> {
    const underWay = reading.get(file);
    if (underWay !== undefined) return underWay;
    const fresh = refresh(file, kept.get(file)).finally(() => reading.delete(file));
    reading.set(file, fresh);
    void fresh.then((found) => kept.set(file, found));
    return fresh;
  }

  return {
    async read(files) {
      const all = await Promise.all(files.map(readOne));
      return { find: (name) => all.flatMap(({ knownHosts }) => knownHosts.find(name)) };
    },
  };
}

async function refresh(file: string, old: Kept | undefined): Promise<Kept> {
  try {
    const found = await stat(file, { bigint: true });
    const { mtimeNs, size, ino } = found;
    // Reading a pipe or a device would never end.
    if (!found.isFile() || size > LARGEST_FILE_BYTES) return NOTHING;
    const stamp = `${mtimeNs} ${size} ${ino}`;
    if (old?.stamp === stamp) return old;
    return { stamp, knownHosts: parseKnownHosts(await readFile(file, "utf8"), file) };
  } catch {
    return NOTHING; // Without the file every host is unknown, and is refused as such with the file's name.
  }
}
