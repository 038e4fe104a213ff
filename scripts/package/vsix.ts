// The extension as one file for VS Code: its bundles, its server with the native parts of one platform, and nothing of the checkout besides.
import { cp, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { buildExtension, buildServer, packagesWithNativeParts } from "../build/bundles.ts";
import { hostTarget, replaceNativeParts, type Target } from "./native-parts.ts";
import { describeLicences } from "./notices.ts";
import { describeContentTypes, describeVsix, type ExtensionManifest } from "./vsix-manifest.ts";
import { zip } from "./zip.ts";

const copied: readonly [from: string, to: string][] = [
  ["LICENSE", "LICENSE.txt"],
  ["extension/README.md", "README.md"],
  ["extension/media", "extension/media"],
  ["syntaxes", "syntaxes"],
  ["dist/types", "dist/types"],
];

/** What only the checkout needs. */
const leftOut = new Set(["private", "workspaces", "scripts", "devDependencies"]);

/** Writes it below `folder` and gives its path. Needs dist/types. */
export async function packVsix(root: string, target: Target, folder: string): Promise<string> {
  const stage = path.join(folder, `vsix-${target}`);
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  try {
    await fill(root, stage, target);
    const manifest = await writePackageJson(root, stage);
    const file = path.join(folder, `${manifest.name}-${target}-${manifest.version}.vsix`);
    await writeFile(file, await pack(stage, manifest, target));
    return file;
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function fill(root: string, stage: string, target: Target): Promise<void> {
  for (const [from, to] of copied) {
    await cp(path.join(root, from), path.join(stage, to), { recursive: true });
  }
  const inputs: string[] = [];
  const options = {
    sourceMaps: false,
    onInputs: (files: readonly string[]) => void inputs.push(...files),
  };
  await buildExtension(root, path.join(stage, "dist/extension"), options);
  await buildServer(root, path.join(stage, "dist/server"), {
    ...options,
    onPackages: async (nodeModules) => {
      if (target === hostTarget()) return;
      await replaceNativeParts(nodeModules, packagesWithNativeParts, target);
    },
  });
  await writeFile(path.join(stage, "NOTICES.txt"), await describeLicences(root, inputs));
}

async function writePackageJson(root: string, stage: string): Promise<ExtensionManifest> {
  const text = await readFile(path.join(root, "package.json"), "utf8");
  const all = Object.entries(JSON.parse(text) as ExtensionManifest);
  const own = Object.fromEntries(all.filter(([name]) => !leftOut.has(name)));
  await writeFile(path.join(stage, "package.json"), `${JSON.stringify(own, undefined, 2)}\n`);
  return own as ExtensionManifest;
}

/** By name, so that the archive is the same wherever it is made. */
function isProgram(name: string): boolean {
  return /\/@esbuild\/[^/]+\/(?:bin\/esbuild|esbuild\.exe)$/u.test(name);
}

async function pack(stage: string, manifest: ExtensionManifest, target: Target): Promise<Buffer> {
  const names: string[] = [];
  for await (const entry of glob("**/*", { cwd: stage, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.relative(stage, path.join(entry.parentPath, entry.name));
    names.push(file.split(path.sep).join("/"));
  }
  const files = names.sort().map(async (name) => ({
    name: `extension/${name}`,
    content: await readFile(path.join(stage, name)),
    isProgram: isProgram(name),
  }));
  const described = "extension.vsixmanifest";
  return zip([
    { name: described, content: Buffer.from(describeVsix(manifest, target)) },
    {
      name: "[Content_Types].xml",
      content: Buffer.from(describeContentTypes([described, ...names])),
    },
    ...(await Promise.all(files)),
  ]);
}
