// Where downloads that outlive a checkout are kept; scripts/with-node.mjs, which runs before everything, says the same.
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** The cached folder of this name; `make` fills it when it is not there yet, and half a folder is never seen. */
export async function cachedFolder(
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = path.join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  await mkdir(path.dirname(folder), { recursive: true });
  const half = await mkdtemp(`${folder}-`);
  try {
    await make(half);
    await rename(half, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error; // Somebody else has made it meanwhile.
    });
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  return folder;
}

function cacheFolder(): string {
  const own = process.env["XDG_CACHE_HOME"];
  return path.join(
    own === undefined || own === "" ? path.join(homedir(), ".cache") : own,
    "re-ops",
  );
}
