// Remembers what each part of dist/ was built from, so that nothing is built twice.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { glob, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

type Stamp = { inputs: string[]; hash: string };

// Whatever is built depends on these too: versions of packages, compiler options and the build itself.
const always = ["package-lock.json", "package.json", "tsconfig.json", "scripts/build.ts"];

/** True when the part is there and every file that it was built from is as it was. */
export async function isUpToDate(root: string, folder: string): Promise<boolean> {
  const file = stampFile(root, folder);
  if (!existsSync(file) || !existsSync(path.join(root, "dist", folder))) return false;
  const stamp = JSON.parse(await readFile(file, "utf8")) as Stamp;
  return (await hashFiles(root, stamp.inputs)) === stamp.hash;
}

/** Remembers the state of these files, given relative to the root. */
export async function writeStamp(
  root: string,
  folder: string,
  inputs: readonly string[],
): Promise<void> {
  const own: string[] = [];
  for await (const file of glob("scripts/build/*.ts", { cwd: root })) own.push(file);
  const files = [...new Set([...always, ...own, ...inputs])].sort();
  const stamp: Stamp = { inputs: files, hash: await hashFiles(root, files) };
  await writeFile(stampFile(root, folder), JSON.stringify(stamp));
}

/** One hash of the names and contents of these files. */
export async function hashFiles(root: string, files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = await readFile(path.join(root, file)).catch(() => Buffer.from("gone"));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function stampFile(root: string, folder: string): string {
  return path.join(root, "dist", `.${folder}.json`);
}
