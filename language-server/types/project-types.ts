// Whether a project folder needs the types of `re-ops` from us, and writing them: TypeScript then resolves it with nothing installed.
import { createHash } from "node:crypto";
import {
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { dependsOnReOps } from "re-ops/server";

/** `offer`: the folder has a package.json, whose owner may want `re-ops` in it. */
export type TypesNeed = "none" | "write" | "offer";

/** By this file we know a folder as ours, and which types are in it. */
const STAMP = "written-by-re-ops";

export async function typesNeedOf(projectFolder: string): Promise<TypesNeed> {
  const packageJson = await readOrNothing(path.join(projectFolder, "package.json"));
  if (packageJson !== undefined && dependsOnReOps(packageJson)) return "none";
  if (await isInstalled(projectFolder)) return "none";
  return packageJson === undefined ? "write" : "offer";
}

/** Writes them unless the very same are there; true when it did. */
export async function writeTypes(projectFolder: string, typesFolder: string): Promise<boolean> {
  const target = targetOf(projectFolder);
  const hash = await hashFolder(typesFolder);
  if ((await readOrNothing(path.join(target, STAMP))) === hash) return false;
  await mkdir(path.dirname(target), { recursive: true });
  // Made beside its place and renamed, so that TypeScript never reads half of it.
  const half = await mkdtemp(path.join(path.dirname(target), ".re-ops-"));
  try {
    await cp(typesFolder, half, { recursive: true });
    await writeFile(path.join(half, ".gitignore"), "*\n");
    await writeFile(path.join(half, STAMP), hash);
    await rm(target, { recursive: true, force: true });
    await rename(half, target);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  return true;
}

/** Whether Node finds a `re-ops` from here that is not ours, or this is the folder in which Re-ops itself is made. */
async function isInstalled(projectFolder: string): Promise<boolean> {
  let folder = projectFolder;
  for (;;) {
    const target = targetOf(folder);
    const exists = await lstat(target).then(
      () => true,
      () => false,
    );
    if (exists && (await readOrNothing(path.join(target, STAMP))) === undefined) return true;
    if (await isOwnCheckout(folder)) return true;
    if (folder === path.dirname(folder)) return false;
    folder = path.dirname(folder);
  }
}

async function isOwnCheckout(folder: string): Promise<boolean> {
  const text = await readOrNothing(path.join(folder, "package.json"));
  return text !== undefined && /"name"\s*:\s*"re-ops(?:-vscode)?"/u.test(text);
}

function targetOf(folder: string): string {
  return path.join(folder, "node_modules", "re-ops");
}

async function hashFolder(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((one) => one.isFile())
    .map((one) => path.join(one.parentPath, one.name));
  for (const file of files.sort()) {
    hash
      .update(`${path.relative(folder, file)}\0`)
      .update(await readFile(file))
      .update("\0");
  }
  return hash.digest("hex");
}

async function readOrNothing(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch {
    return undefined; // Absent, or a folder: there is nothing to be read.
  }
}
