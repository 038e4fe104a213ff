// Copies installed packages, with what they need, to another node_modules.
import { existsSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import path from "node:path";

type PackageFile = {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};

// Only for other platforms, for compilers, or for people.
const leftOut = /\.(?:wasm|md|d\.ts|d\.mts|map)$|\.workerd\.mjs$/u;

/** Copies each package as `from` would find it, and its dependencies as far as they are installed, to `to`/node_modules. */
export async function copyPackages(
  from: string,
  names: readonly string[],
  to: string,
): Promise<void> {
  for (const name of names) {
    const source = findPackage(from, name);
    if (source === undefined) throw new Error(`${name} is not installed where ${from} finds it.`);
    await copyPackage(source, name, to);
  }
}

async function copyPackage(source: string, name: string, to: string): Promise<void> {
  const target = path.join(to, "node_modules", ...name.split("/"));
  if (existsSync(target)) return;
  await cp(source, target, { recursive: true, filter: (file) => !leftOut.test(file) });
  const file = JSON.parse(await readFile(path.join(source, "package.json"), "utf8")) as PackageFile;
  for (const dependency of Object.keys({ ...file.dependencies, ...file.optionalDependencies })) {
    const place = findPackage(source, dependency);
    if (place !== undefined && !dependency.endsWith("/types"))
      await copyPackage(place, dependency, to);
  }
}

// As Node does: the nearest node_modules upwards that has it.
function findPackage(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const place = path.join(folder, "node_modules", ...name.split("/"));
    if (existsSync(path.join(place, "package.json"))) return place;
    if (folder === path.dirname(folder)) return undefined;
  }
}
