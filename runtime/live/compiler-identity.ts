// What tells this compiler from every other one: its own files, those of the libraries that translate, and Node.
import { hash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** Changes with any file of the compiler, so that what another one has compiled is not taken for its own. */
export function compilerIdentity(): string {
  const files = [...ownFiles(), ...LIBRARIES.flatMap(fileOfLibrary)];
  const marks = files.toSorted().map((file) => {
    const { size, mtimeMs } = statSync(file);
    return `${file} ${size} ${mtimeMs}`;
  });
  const engine = [process.version, process.arch];
  return hash("sha256", [...engine, ...marks].join("\n"), "base64url");
}

const LIBRARIES = [
  "@jridgewell/remapping",
  "@typescript-eslint/scope-manager",
  "magic-string",
  "oxc-parser",
  "oxc-transform",
];

function fileOfLibrary(name: string): string[] {
  try {
    return [createRequire(import.meta.url).resolve(name)];
  } catch {
    return []; // it is part of the bundle, which counts itself
  }
}

/** All that stands beside this file and below, or the bundle that this file is part of. */
function ownFiles(): string[] {
  return readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isCode(entry.name) && !isOfLibrary(entry.parentPath))
    .map(({ name, parentPath }) => path.join(parentPath, name));
}

function isOfLibrary(folder: string): boolean {
  return folder.includes("node_modules", import.meta.dirname.length);
}

function isCode(name: string): boolean {
  return /\.m?[jt]s$/.test(name);
}
