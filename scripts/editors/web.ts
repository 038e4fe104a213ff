// VS Code's own server on a loopback port, with the extension from this checkout installed in it.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startVSCodeServer } from "../vscode-server.ts";
import type { Editor, EditorRequest } from "./editor.ts";

/** Starts VS Code's server from its folder; whoever has the address may use it, and nobody else. */
export async function openWebEditor(program: string, request: EditorRequest): Promise<Editor> {
  const dataFolder = await mkdtemp(path.join(await realpath(tmpdir()), "re-ops-editor-"));
  const token = randomBytes(16).toString("hex");
  await linkExtension(request.root, path.join(dataFolder, "extensions"));
  const server = await startVSCodeServer({ program, dataFolder, token, env: request.environment });
  const query = new URLSearchParams({ tkn: token, folder: request.folder });
  if (request.file !== undefined) {
    const file = `vscode-remote://${server.authority}${request.file}`;
    query.set("payload", JSON.stringify([["openFile", file]]));
  }
  return {
    where: `Open this address in a browser:\n\n  ${server.origin}/?${query.toString()}`,
    stop: async () => {
      await server.stop();
      await rm(dataFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

// VS Code takes every folder in there for an installed extension, also one that is a link.
async function linkExtension(root: string, extensionsFolder: string): Promise<void> {
  const manifest = await readFile(path.join(root, "package.json"), "utf8");
  const { publisher, name, version } = JSON.parse(manifest) as Record<string, string>;
  await mkdir(extensionsFolder, { recursive: true });
  await symlink(root, path.join(extensionsFolder, `${publisher}.${name}-${version}`));
}
