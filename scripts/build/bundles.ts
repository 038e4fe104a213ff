// The bundles that the VS Code extension brings along: the extension itself and the server with everything it needs.
import { glob, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type BuildOptions, build } from "esbuild";
import { copyPackages } from "./packages.ts";
import { hashFiles } from "./stamp.ts";

// Read from disk by the bundles: they hold a native part each, which no bundler can take in.
export const packagesWithNativeParts = ["esbuild", "oxc-parser", "oxc-transform"];

// ssh2 works without these and asks for them only to be faster.
const optionalNativeParts = ["cpu-features", "*.node"];

export type BundleOptions = {
  /** Beside the bundles, for whoever debugs them; not for what is handed to users. */
  sourceMaps: boolean;
  /** Told of every file that went into a bundle, relative to the root. */
  onInputs?: (files: readonly string[]) => void;
  /** Called when the packages that are read from disk were copied to this node_modules. */
  onPackages?: (nodeModules: string) => Promise<void>;
};

const common: BuildOptions = {
  bundle: true,
  platform: "node",
  sourcesContent: false,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

// Packages in CommonJS ask for `require` and, ssh2, for `__dirname`, which an ES module lacks.
const requireInModules = {
  js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url); const __dirname = import.meta.dirname;',
};

/** dist/extension/main.cjs, for the Node of the oldest VS Code that we promise. */
export async function buildExtension(
  root: string,
  folder: string,
  { sourceMaps, onInputs }: BundleOptions = { sourceMaps: true },
): Promise<readonly string[]> {
  await rm(folder, { recursive: true, force: true });
  const result = await build({
    ...common,
    sourcemap: sourceMaps && "linked",
    absWorkingDir: root,
    entryPoints: { main: "extension/main.ts" },
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    format: "cjs",
    target: "node22",
    external: ["vscode"],
  });
  const inputs = result.metafile?.inputs ?? {};
  onInputs?.(Object.keys(inputs));
  return ownInputs(inputs);
}

/** dist/server: a folder that works wherever it is copied to. */
export async function buildServer(
  root: string,
  folder: string,
  { sourceMaps, onInputs, onPackages }: BundleOptions = { sourceMaps: true },
): Promise<readonly string[]> {
  await rm(folder, { recursive: true, force: true });
  const result = await build({
    ...common,
    sourcemap: sourceMaps && "linked",
    absWorkingDir: root,
    entryPoints: {
      server: "language-server/main.ts",
      live: "runtime/live/process.ts",
      watchdog: "runtime/live/interrupt/watchdog.ts",
    },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    format: "esm",
    target: "node24",
    banner: requireInModules,
    external: [...packagesWithNativeParts, ...optionalNativeParts],
  });
  await copyPackages(path.join(root, "runtime"), packagesWithNativeParts, folder);
  await onPackages?.(path.join(folder, "node_modules"));
  await writeManifest(root, folder);
  const inputs = result.metafile?.inputs ?? {};
  onInputs?.(Object.keys(inputs));
  return ownInputs(inputs);
}

// Two folders with the same hash are the same server, whatever they are called and wherever they lie.
async function writeManifest(root: string, folder: string): Promise<void> {
  const files: string[] = [];
  for await (const entry of glob("**/*", { cwd: folder, withFileTypes: true })) {
    if (entry.isFile()) files.push(path.relative(folder, path.join(entry.parentPath, entry.name)));
  }
  const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as {
    version: string;
  };
  const manifest = { version, hash: await hashFiles(folder, files.sort()) };
  await writeFile(path.join(folder, "manifest.json"), `${JSON.stringify(manifest)}\n`);
}

/** The files of ours among a bundle's inputs; packages are stood for by the lockfile. */
export function ownInputs(inputs: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(inputs).filter((file) => !file.includes("node_modules"));
}
