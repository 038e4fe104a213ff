// `npm run build`: everything in dist/, and only what has changed since the last time.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildExtension, buildServer } from "./build/bundles.ts";
import { buildPackage } from "./build/package.ts";
import { isUpToDate, writeStamp } from "./build/stamp.ts";
import { buildTypes } from "./build/types.ts";

/** Builds one part into its folder of dist/ and names every source file that went into it. */
export type Target = {
  folder: string;
  build: (root: string, folder: string) => Promise<readonly string[]>;
};

const targets: readonly Target[] = [
  { folder: "types", build: buildTypes },
  { folder: "server", build: buildServer },
  { folder: "extension", build: buildExtension },
  { folder: "npm", build: buildPackage },
];

const projectRoot = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

if (import.meta.main) {
  await build((line) => process.stdout.write(`${line}\n`));
}

/** Builds what is out of date, of all parts or of those in these folders, and tells a line for each. */
export async function build(
  tell: (line: string) => void,
  folders: readonly string[] = targets.map(({ folder }) => folder),
): Promise<void> {
  await mkdir(path.join(projectRoot, "dist"), { recursive: true });
  for (const target of targets.filter(({ folder }) => folders.includes(folder))) {
    const started = performance.now();
    if (await isUpToDate(projectRoot, target.folder)) {
      tell(`✔ dist/${target.folder} is up to date`);
      continue;
    }
    const folder = path.join(projectRoot, "dist", target.folder);
    const inputs = await target.build(projectRoot, folder);
    await writeStamp(projectRoot, target.folder, inputs);
    tell(`✔ dist/${target.folder} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  }
}
