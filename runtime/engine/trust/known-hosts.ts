// Reads the text of a known_hosts file and finds the keys that it holds for a host, by OpenSSH's own rules.
import { createHmac } from "node:crypto";
import { matchesPatternList } from "../transports/ssh-config/pattern.ts";
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
  /** The first field: names and patterns, or one hashed name. */
  readonly names: string;
  readonly key: KnownKey;
}

const HASHED = /^\|1\|([A-Za-z0-9+/]+=*)\|([A-Za-z0-9+/]+=*)$/u;

/** Lines that OpenSSH cannot read are passed over, as it does. */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const plain = new Map<string, Entry[]>();
  const others: Entry[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const entry = parseLine(line, file, index + 1);
    if (entry === undefined) continue;
    if (/[|*?!]/u.test(entry.names)) others.push(entry);
    else for (const name of entry.names.toLowerCase().split(",")) append(plain, name, entry);
  }
  const found = new Map<string, readonly KnownKey[]>();
  const find = (name: string) => {
    const entries = [
      ...new Set(plain.get(name.toLowerCase())),
      ...others.filter(({ names }) => coversName(names, name)),
    ];
    return entries.map(({ key }) => key).sort((one, other) => one.line - other.line);
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

function parseLine(line: string, file: string, number: number): Entry | undefined {
  const [, marker, names, type, base64] = LINE.exec(line) ?? [];
  if (names === undefined || type === undefined || base64 === undefined) return undefined;
  if (marker !== undefined && marker !== "revoked" && marker !== "cert-authority") return undefined;
  const blob = Buffer.from(base64, "base64");
  if (keyTypeOf(blob) !== type) return undefined;
  return { names, key: { ...(marker && { marker }), type, blob, file, line: number } };
}

function append(map: Map<string, Entry[]>, name: string, entry: Entry): void {
  const entries = map.get(name);
  if (entries === undefined) map.set(name, [entry]);
  else entries.push(entry);
}

function coversName(names: string, name: string): boolean {
  if (!names.startsWith("|")) {
    return matchesPatternList(name.toLowerCase(), names.toLowerCase().split(","));
  }
  const [, salt, hash] = HASHED.exec(names) ?? [];
  if (salt === undefined || hash === undefined) return false;
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}
