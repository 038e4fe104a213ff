// A registry of the packages that this checkout has installed, so that `npm install` needs no network.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { runProgram } from "../../scripts/run-program.ts";
import { type Ending, temporaryFolder } from "./temporary.ts";

type Manifest = { name: string; version: string };

/** Serves what the package in `from` would find by `import`, and what those would; gives the registry's address. */
export async function startLocalRegistry(t: Ending, from: readonly string[]): Promise<string> {
  const folderOfArchives = await temporaryFolder(t);
  /** By name; asked for again while it is made, a package is not made twice. */
  const archives = new Map<string, Promise<Buffer>>();
  const server = createServer((request, response) => {
    void answer(decodeURIComponent(request.url ?? "/").slice(1), response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => void server.close());
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  async function answer(asked: string, response: ServerResponse): Promise<void> {
    const isArchive = asked.endsWith(".tgz");
    const name = isArchive ? asked.slice(0, -".tgz".length) : asked;
    const folder = from
      .map((one) => path.join(one, "node_modules", name))
      .find((one) => existsSync(path.join(one, "package.json")));
    if (folder === undefined) return void response.writeHead(404).end("{}");
    const file = path.join(folderOfArchives, `${name.replaceAll("/", "+")}.tgz`);
    const packed = archives.get(name) ?? pack(folder, file);
    archives.set(name, packed);
    const archive = await packed;
    if (isArchive) return void response.end(archive);
    const manifest = await readManifest(folder);
    const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
    const dist = { tarball: `${origin}/${name}.tgz`, integrity };
    response.setHeader("content-type", "application/json").end(
      JSON.stringify({
        name: manifest.name,
        "dist-tags": { latest: manifest.version },
        versions: { [manifest.version]: { ...manifest, dist } },
      }),
    );
  }

  return origin;
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as Manifest;
}

async function pack(folder: string, archive: string): Promise<Buffer> {
  const words = ["-czf", archive, "--transform", "s,^\\.,package,", "-C", folder];
  await runProgram("tar", [...words, "--exclude=./node_modules", "."]);
  return readFile(archive);
}
