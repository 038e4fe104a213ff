// Whose code is in the bundles, and under which licence: most licences ask for this wherever the code goes.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** One text with the licence of every package that one of these files belongs to. Throws when one has none. */
export async function describeLicences(root: string, inputs: Iterable<string>): Promise<string> {
  const folders = new Set([...inputs].flatMap((file) => packageOf(file) ?? []));
  const texts = [...folders].map((folder) => describeLicence(path.join(root, folder)));
  const sorted = [...new Set(await Promise.all(texts))].sort();
  return `Re-ops holds code of these packages.\n\n${sorted.join("\n\n")}\n`;
}

function packageOf(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(file)?.[0];
}

async function describeLicence(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(
    await readFile(path.join(folder, "package.json"), "utf8"),
  ) as { name: string; version: string; license?: string };
  const file = (await readdir(folder)).find((one) => /^licen[cs]e(?:[.-]|$)/iu.test(one));
  if (file === undefined && license === undefined) {
    throw new Error(`${name} ${version} says nothing of its licence: do not hand it on.`);
  }
  const text = file === undefined ? "" : await readFile(path.join(folder, file), "utf8");
  return `${name} ${version} (${license ?? "see below"})\n${"-".repeat(60)}\n${text.trim()}`;
}
