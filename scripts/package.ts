// `npm run package [-- --target PLATFORM…]`: the extension as a VSIX, for this machine or for those platforms, and the npm tarball of `re-ops`.
import { execFile } from "node:child_process";
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { build } from "./build.ts";
import { hostTarget, isTarget, type Target, targets } from "./package/native-parts.ts";
import { packVsix } from "./package/vsix.ts";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.join(root, "dist/packages");

if (import.meta.main) {
  for (const target of readTargets()) await tell(await makeVsix(target));
  await tell(await makeTarball());
}

/** Makes the VSIX for a platform and gives its path. */
export async function makeVsix(target: Target): Promise<string> {
  await build(() => {}, ["types"]);
  await mkdir(folder, { recursive: true });
  return packVsix(root, target, folder);
}

/** Makes the npm tarball of `re-ops` and gives its path. */
export async function makeTarball(): Promise<string> {
  await build(() => {}, ["types", "npm"]);
  await mkdir(folder, { recursive: true });
  const words = [
    "pack",
    path.join(root, "dist/npm/re-ops"),
    "--json",
    "--pack-destination",
    folder,
  ];
  const { stdout } = await promisify(execFile)("npm", words);
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  if (packed === undefined) throw new Error(`npm packed nothing:\n${stdout}`);
  return path.join(folder, packed.filename);
}

function readTargets(): Target[] {
  const { values, positionals } = parseArgs({
    options: { target: { type: "string", multiple: true } },
    allowPositionals: true,
  });
  const words = [...(values.target ?? []), ...positionals];
  const known = words.filter(isTarget);
  if (known.length < words.length) {
    throw new Error(`A platform is one of ${targets.join(", ")}.`);
  }
  return known.length === 0 ? [hostTarget()] : known;
}

async function tell(file: string): Promise<void> {
  const { size } = await stat(file);
  const megabytes = (size / 1_000_000).toFixed(2);
  process.stdout.write(`✔ ${path.relative(root, file)} (${megabytes} MB)\n`);
}
