// The npm package `re-ops`: JavaScript, command line and types, ready to be packed.
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { ownInputs } from "./bundles.ts";

type PackageFile = Record<string, unknown> & { bin: Record<string, string> };

/** dist/npm/re-ops, from runtime/ and dist/types. */
export async function buildPackage(root: string, folder: string): Promise<readonly string[]> {
  const target = path.join(folder, "re-ops");
  await rm(folder, { recursive: true, force: true });
  const result = await build({
    absWorkingDir: root,
    entryPoints: {
      index: "runtime/index.ts",
      live: "runtime/workflow.ts",
      protocol: "runtime/protocol/index.ts",
      "cli/main": "runtime/cli/main.ts",
    },
    outdir: target,
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node24",
    metafile: true,
    logLevel: "warning",
  });
  await cp(path.join(root, "dist/types"), target, {
    recursive: true,
    filter: (file) => !/index\.js$|package\.json$/u.test(file),
  });
  await writeFile(path.join(target, "package.json"), await describePackage(root));
  await cp(path.join(root, "runtime/README.md"), path.join(target, "README.md"));
  await cp(path.join(root, "LICENSE"), path.join(target, "LICENSE"));
  return [
    "runtime/package.json",
    "runtime/README.md",
    "LICENSE",
    ...ownInputs(result.metafile.inputs),
  ];
}

// Inside our own workspaces the package is its TypeScript; Node takes none of that under node_modules.
async function describePackage(root: string): Promise<string> {
  const file = await readFile(path.join(root, "runtime/package.json"), "utf8");
  const { devDependencies: _, ...own } = JSON.parse(file) as PackageFile;
  const described = {
    ...own,
    sideEffects: ["./index.js", "./cli/main.js"],
    bin: { "re-ops": "./cli/main.js" },
    exports: {
      ".": { types: "./public.d.ts", default: "./index.js" },
      "./live": { types: "./workflow.d.ts", default: "./live.js" },
      "./protocol": "./protocol.js",
      "./package.json": "./package.json",
    },
  };
  return `${JSON.stringify(described, undefined, 2)}\n`;
}
