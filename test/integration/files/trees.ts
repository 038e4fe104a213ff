// A folder with all that may be in one, and what two folders must have in common to be the same.
import { createHash } from "node:crypto";
import {
  chmod,
  lstat,
  mkdir,
  readFile,
  readdir,
  readlink,
  symlink,
  writeFile,
} from "node:fs/promises";

export const NASTY_NAMES: readonly Buffer[] = [
  "plain",
  "-rf",
  'it\'s "quoted" `id` $(id)',
  "new\nline",
  " spaces ",
  "🌍 grüße",
  "*?[a]",
  ".hidden",
  "..odd",
  "back\\slash",
  "n".repeat(255),
]
  .map((name) => Buffer.from(name))
  .concat(Buffer.from("latin-\xe9", "latin1"));

/** Makes `folder`, with files of every name and permission, links that lead anywhere, and folders in it. */
export async function makeTree(folder: string): Promise<void> {
  await mkdir(folder);
  for (const [index, name] of NASTY_NAMES.entries()) {
    await writeFile(join(folder, name), `${String(index)}\n`.repeat(index * 100));
    await chmod(join(folder, name), [0o644, 0o600, 0o755, 0o444][index % 4] ?? 0);
  }
  const deep = `${folder}/sub/${"d".repeat(120)}/deeper`;
  await mkdir(deep, { recursive: true });
  await mkdir(`${folder}/empty`, { mode: 0o750 });
  await writeFile(`${deep}/file`, Buffer.alloc(600_000, "x"));
  await symlink("../plain", `${folder}/sub/link`);
  await symlink("nowhere", `${folder}/dangling`);
  await symlink("/etc/passwd", `${folder}/absolute`);
  await symlink("loop", `${folder}/loop`);
  await symlink("sub", `${folder}/link to a folder`);
  await symlink(`long/${"l".repeat(150)}`, `${folder}/long link`);
}

/** A line for everything in a folder: what it is, its permission bits, its contents or where it leads. */
export async function describeTree(folder: string | Buffer): Promise<string[]> {
  const lines: string[] = [];
  const names = await readdir(folder, { encoding: "buffer" });
  for (const name of names.sort((a, b) => a.compare(b))) {
    const file = join(folder, name);
    const found = await lstat(file);
    const mode = (found.mode & 0o7777).toString(8);
    const shown = name.toString("latin1");
    if (found.isDirectory()) {
      lines.push(`${shown}/ ${mode}`);
      for (const line of await describeTree(file)) lines.push(`${shown}/${line}`);
    } else if (found.isSymbolicLink()) {
      lines.push(
        `${shown} -> ${(await readlink(file, { encoding: "buffer" })).toString("latin1")}`,
      );
    } else {
      const hash = createHash("sha256")
        .update(await readFile(file))
        .digest("hex");
      lines.push(`${shown} ${mode} ${hash}`);
    }
  }
  return lines;
}

function join(folder: string | Buffer, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(folder), Buffer.from("/"), name]);
}
