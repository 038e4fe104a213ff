// Brings a real VS Code server into the cache folder, from npm and without running any package's scripts or compiler.
import { copyFile, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cachedFolder } from "./cache-folder.ts";
import { runProgram } from "./run-program.ts";

const version = "4.139.1";
const revision = 2; // of what is done to it below
const logWriter = fileURLToPath(new URL("vscode-log.cjs", import.meta.url));

/** The folder of VS Code's own server (`out/server-main.js`), fetched the first time. */
export async function installVSCodeServer(tell: (line: string) => void): Promise<string> {
  const folder = await cachedFolder(`vscode-server/${version}-${revision}`, async (half) => {
    tell(`Fetching VS Code's server (code-server ${version} from npm)`);
    await fetchServer(half);
  });
  return path.join(folder, "lib/vscode");
}

// The package's own install step takes minutes and compilers; nearly all it compiles ships ready-made or is never asked for.
async function fetchServer(folder: string): Promise<void> {
  const words = ["pack", `code-server@${version}`, "--silent", "--pack-destination", folder];
  await runProgram("npm", words);
  const archive = `code-server-${version}.tgz`;
  const unpack = ["-xzf", archive, "--strip-components=1", "package/lib/vscode"];
  await runProgram("tar", unpack, { cwd: folder });
  await rm(path.join(folder, archive));
  const server = path.join(folder, "lib/vscode");
  const install = ["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
  for (const cwd of [server, path.join(server, "extensions")]) {
    await runProgram("npm", install, { cwd });
  }
  await copyFile(logWriter, path.join(server, "node_modules/@vscode/spdlog/index.js"));
  await rm(path.join(server, "extensions/copilot"), { recursive: true, force: true });
}
