// Completes package-lock.json: npm leaves out optional packages of other platforms that it could not see when it wrote it, and `npm ci` then refuses it elsewhere.
// To run after every change of a dependency: node scripts/complete-lockfile.ts
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

type Entry = {
  version?: string;
  integrity?: string;
  dev?: boolean;
  license?: string;
  engines?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  cpu?: string[];
  libc?: string[];
  optional?: boolean;
  os?: string[];
};

export type Lockfile = { packages: Record<string, Entry> };

const platform = /(android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+)(?:-(gnu|musl))?/u;
const file = path.join(
  path.dirname(path.dirname(fileURLToPath(import.meta.url))),
  "package-lock.json",
);

if (import.meta.main) {
  const lockfile = await readLockfile();
  const added = completeLockfile(lockfile);
  await writeFile(file, `${JSON.stringify(lockfile, undefined, 2)}\n`);
  process.stdout.write(`${added.length} packages of other platforms added to package-lock.json\n`);
}

export async function readLockfile(): Promise<Lockfile> {
  return JSON.parse(await readFile(file, "utf8")) as Lockfile;
}

/** Adds what is missing, beside the package that may want it, and names it. */
export function completeLockfile(lockfile: Lockfile): string[] {
  const added: string[] = [];
  for (const [place, parent] of Object.entries(lockfile.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const entry = describePlatformPackage(parent, name, version);
      if (entry === undefined || isPresent(lockfile, place, name, version)) continue;
      const beside = `${place.slice(0, place.lastIndexOf("node_modules/"))}node_modules/${name}`;
      lockfile.packages[beside] = entry;
      added.push(beside);
    }
  }
  const inOrder = Object.entries(lockfile.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  lockfile.packages = Object.fromEntries(inOrder);
  return added;
}

// The fields that npm itself writes, as far as a name tells them; only packages with ready-made parts are named so.
function describePlatformPackage(parent: Entry, name: string, version: string): Entry | undefined {
  const [, os, cpu, libc] = platform.exec(name) ?? [];
  if (os === undefined || cpu === undefined) return undefined;
  return {
    version,
    cpu: [cpu],
    ...(parent.dev === true && { dev: true }),
    ...(libc !== undefined && { libc: [libc === "gnu" ? "glibc" : libc] }),
    ...(parent.license !== undefined && { license: parent.license }),
    optional: true,
    os: [os],
    ...(parent.engines !== undefined && { engines: parent.engines }),
  };
}

// As Node resolves: inside the package, then beside it and upwards.
function isPresent(lockfile: Lockfile, place: string, name: string, version: string): boolean {
  for (let folder = `${place}/`; ; folder = folder.slice(0, folder.lastIndexOf("node_modules/"))) {
    if (lockfile.packages[`${folder}node_modules/${name}`]?.version === version) return true;
    if (!folder.includes("node_modules/")) return false;
  }
}
