// Takes the offer: `re-ops` in the devDependencies of a project's package.json, which otherwise stays as its owner wrote it.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { dependsOnReOps, VERSION } from "re-ops/server";
import { z } from "zod";

const manifestSchema = z.object({
  devDependencies: z.record(z.string(), z.string()).optional(),
});

export async function addDependency(
  projectFolder: string,
): Promise<{ added: boolean; message: string }> {
  const file = path.join(projectFolder, "package.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return { added: false, message: `There is no ${file}.` };
  if (dependsOnReOps(text)) return { added: false, message: `${file} names re-ops already.` };
  const manifest = JSON.parse(text) as object;
  const wanted = { ...manifestSchema.parse(manifest).devDependencies, "re-ops": `^${VERSION}` };
  const sorted = Object.fromEntries(Object.entries(wanted).sort(([a], [b]) => (a < b ? -1 : 1)));
  const [, indent = "  "] = /^([ \t]+)"/mu.exec(text) ?? [];
  const written = JSON.stringify({ ...manifest, devDependencies: sorted }, undefined, indent);
  await writeFile(file, `${written}${text.endsWith("\n") ? "\n" : ""}`);
  return { added: true, message: `Added re-ops to devDependencies in ${file}. Run npm install.` };
}
