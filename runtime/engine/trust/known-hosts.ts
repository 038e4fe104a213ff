// Reads the text of a known_hosts file and finds the keys that it holds for a host, by OpenSSH's own rules.
import { matchesPatternList } from "./pattern.ts";
import { readHashedName } from "./hashed-name.ts";
import { keyTypeOf } from "./host-key.ts";

export interface KnownKey {
  /** `revoked`: never to be trusted. `cert-authority`: signs keys of hosts, is none itself. */
  readonly marker?: "revoked" | "cert-authority";
  readonly type: string;
  readonly blob: Buffer;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface KnownHosts {
  /** The keys for a name in the form `host` or `[host]:port`, in the order of their lines. */
  find(name: string): readonly KnownKey[];
}

interface Entry {
  readonly key: KnownKey;
  readonly covers: (name: string) => boolean;
}

/** Lines that OpenSSH cannot read are passed over, as it does. */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const plain = new Map<string, KnownKey[]>();
  const others: Entry[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const { names, key } = parseLine(line, file, index + 1) ?? {};
    if (names === undefined || key === undefined) continue;
    if (!names.startsWith("|") && isTooLong(names)) continue;
    if (!/[|*?!]/u.test(names)) {
      for (const name of names.toLowerCase().split(",")) append(plain, name, key);
      continue;
    }
    const covers = names.startsWith("|") ? readHashedName(names) : readPatterns(names);
    if (covers !== undefined) others.push({ key, covers });
  }
  const found = new Map<string, readonly KnownKey[]>();
  const find = (name: string) => {
    const keys = new Set(plain.get(name.toLowerCase()));
    for (const { key, covers } of others) if (covers(name)) keys.add(key);
    return [...keys].sort((one, other) => one.line - other.line);
  };
  return {
    find(name) {
      // A hashed entry costs a hash for each name asked, so what was found is kept.
      const keys = found.get(name) ?? find(name);
      found.set(name, keys);
      return keys;
    },
  };
}

const LINE =
  /^[ \t]*(?:@(\S+)[ \t]+)?([^\s#@]\S*)[ \t]+(\S+)[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t]|\r?$)/u;

/** `names` is the first field: names and patterns, or one hashed name. */
function parseLine(
  line: string,
  file: string,
  number: number,
): { names: string; key: KnownKey } | undefined {
  const [, marker, names, type, base64] = LINE.exec(line) ?? [];
  if (names === undefined || type === undefined || base64 === undefined) return undefined;
  if (marker !== undefined && marker !== "revoked" && marker !== "cert-authority") return undefined;
  const blob = Buffer.from(base64, "base64");
  if (keyTypeOf(blob) !== type) return undefined;
  return { names, key: { ...(marker && { marker }), type, blob, file, line: number } };
}

/** OpenSSH has room for so much of one pattern; a list with a longer one covers nothing. */
const LONGEST_PATTERN = 1022;

function isTooLong(names: string): boolean {
  return (
    names.length > LONGEST_PATTERN &&
    names.split(",").some((name) => name.replace(/^!/u, "").length > LONGEST_PATTERN)
  );
}

function append(map: Map<string, KnownKey[]>, name: string, key: KnownKey): void {
  const keys = map.get(name);
  if (keys === undefined) map.set(name, [key]);
  else keys.push(key);
}

function readPatterns(names: string): (name: string) => boolean {
  const patterns = names.toLowerCase().split(",");
  return (name) => matchesPatternList(name.toLowerCase(), patterns);
}
