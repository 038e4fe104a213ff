// The native parts that a package brings along: for this machine those that are installed, for another platform those that the lockfile names.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { cachedFolder } from "../cache-folder.ts";
import { type Lockfile, readLockfile } from "../complete-lockfile.ts";
import { runProgram } from "../run-program.ts";

/** VS Code's names of platforms, and how the packages call them. */
const bindings = {
  "alpine-arm64": "linux-arm64-musl",
  "alpine-x64": "linux-x64-musl",
  "darwin-arm64": "darwin-arm64",
  "darwin-x64": "darwin-x64",
  "linux-arm64": "linux-arm64-gnu",
  "linux-armhf": "linux-arm-gnueabihf",
  "linux-x64": "linux-x64-gnu",
  "win32-arm64": "win32-arm64-msvc",
  "win32-x64": "win32-x64-msvc",
} as const;

export type Target = keyof typeof bindings;

export const targets = Object.keys(bindings) as Target[];

export function isTarget(word: string): word is Target {
  return word in bindings;
}

/** The platform of this machine. Throws where VS Code has none. */
export function hostTarget(): Target {
  const { platform, arch } = process;
  const cpu = arch === "arm" ? "armhf" : arch;
  const target = `${isMusl() ? "alpine" : platform}-${cpu}`;
  if (!isTarget(target)) throw new Error(`There is no VS Code for ${platform}-${arch}.`);
  return target;
}

function isMusl(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return process.platform === "linux" && header.glibcVersionRuntime === undefined;
}

/** Puts the native parts of `target` into this node_modules in place of those of this machine. */
export async function replaceNativeParts(
  nodeModules: string,
  names: readonly string[],
  target: Target,
): Promise<void> {
  const lockfile = await readLockfile();
  for (const name of names) {
    const binding = bindingOf(name, target);
    const file = await readFile(path.join(nodeModules, name, "package.json"), "utf8");
    const { optionalDependencies } = JSON.parse(file) as {
      optionalDependencies?: Record<string, string>;
    };
    const version = optionalDependencies?.[binding];
    if (version === undefined) throw new Error(`${name} has no native part for ${target}.`);
    const fetched = await fetchPackage(binding, version, integrityOf(lockfile, binding, version));
    await rm(path.join(nodeModules, `@${name}`), { recursive: true, force: true });
    await mkdir(path.join(nodeModules, `@${name}`), { recursive: true });
    const place = path.join(nodeModules, binding);
    await cp(fetched, place, { recursive: true, filter: (one) => !one.endsWith(".md") });
  }
}

/** esbuild's is a program, which needs no C library of its platform. */
function bindingOf(name: string, target: Target): string {
  const platform = bindings[target];
  return name === "esbuild"
    ? `@esbuild/${platform.replace(/-(?:gnu|gnueabihf|msvc|musl)$/u, "")}`
    : `@${name}/binding-${platform}`;
}

/** Throws when the lockfile does not have it; npm writes the hash only of what it has seen. */
function integrityOf(lockfile: Lockfile, name: string, version: string): string | undefined {
  const found = Object.entries(lockfile.packages).filter(
    ([place, entry]) => place.endsWith(`node_modules/${name}`) && entry.version === version,
  );
  if (found.length === 0) throw new Error(`package-lock.json has no ${name} ${version}.`);
  return found.find(([, entry]) => entry.integrity !== undefined)?.[1].integrity;
}

function fetchPackage(
  name: string,
  version: string,
  integrity: string | undefined,
): Promise<string> {
  return cachedFolder(`native/${name}/${version}`, async (half) => {
    const words = ["pack", `${name}@${version}`, "--json", "--pack-destination", half];
    const { stdout } = await promisify(execFile)("npm", words).catch((cause: unknown) => {
      throw new Error(`npm has no ${name} ${version} to give: pack on that platform instead.`, {
        cause,
      });
    });
    const [packed] = JSON.parse(stdout) as { filename: string; integrity: string }[];
    if (packed === undefined) throw new Error(`npm packed no ${name}.`);
    if (integrity !== undefined && packed.integrity !== integrity) {
      throw new Error(`${name} ${version} is not what package-lock.json says: do not use it.`);
    }
    const archive = path.join(half, packed.filename);
    await runProgram("tar", ["-xzf", archive, "--strip-components=1", "-C", half]);
    await rm(archive);
  });
}
