// What tells this compiler from every other one: its own files, those of the libraries that translate, and Node.
import { hash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** Changes with any file of the compiler, so that what another one has compiled is not taken for its own. */
export function compilerIdentity(): string {
  const { resolve } = createRequire(import.meta.url);
  const files = [...ownFiles(), ...LIBRARIES.map((name) => resolve(name))];
  const marks = files.toSorted().map((file) => {
    const { size, mtimeMs } = statSync(file);
    return `${file} ${size} ${mtimeMs}`;
  });
  return hash("sha256", [process.version, ...marks].join("\n"), "base64url");
}

const LIBRARIES = ["oxc-parser", "oxc-transform"];

/** All that stands beside this file and below, or the bundle that this file is part of. */
function ownFiles(): string[] {
  return readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })
    .filter(
      ({ name, parentPath }) =>
        isCode(name) && !parentPath.includes("node_modules", import.meta.dirname.length),
    )
    .map(({ name, parentPath }) => path.join(parentPath, name));
}

function isCode(name: string): boolean {
  return /\.m?[jt]s$/.test(name);
}
