// The packed extension, unpacked by VS Code's own command line: what is in it, and what must not be.
import assert from "node:assert/strict";
import { glob, readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { makeVsix } from "../../scripts/package.ts";
import { hostTarget } from "../../scripts/package/native-parts.ts";
import { runProgram } from "../../scripts/run-program.ts";
import { installVSCodeServer } from "../../scripts/vscode-install.ts";
import { installExtensionWords } from "../../scripts/vscode-server.ts";
import { assertGolden } from "../support/golden.ts";
import { makeTemporaryFolder, removeFolder } from "../support/temporary.ts";
import { checkout } from "./harness/screenshot.ts";

const MOST_BYTES = 11_000_000;

let vsix: string;
let home: string;
let folder: string;

before(async () => {
  vsix = await makeVsix(hostTarget());
  home = await makeTemporaryFolder("re-ops-vsix-");
  const program = await installVSCodeServer(() => {});
  await runProgram(process.execPath, installExtensionWords({ program, dataFolder: home }, vsix));
  const installed = await readdir(path.join(home, "extensions"));
  const name = installed.find((one) => one.startsWith("re-ops."));
  folder = path.join(home, "extensions", name ?? "was not installed");
});

after(() => removeFolder(home));

test("it holds what it should, for this platform, and no more", async () => {
  const found = (await listFiles()).map((file) =>
    file
      .replaceAll(/binding-[a-z0-9-]+/gu, "binding-PLATFORM")
      .replaceAll(/@esbuild\/[a-z0-9-]+/gu, "@esbuild/PLATFORM")
      .replaceAll(/\.(?:[a-z0-9-]+)\.node$/gu, ".PLATFORM.node"),
  );
  assertGolden("vsix-files", `${found.sort().join("\n")}\n`);
  const described = await readFile(path.join(folder, ".vsixmanifest"), "utf8");
  assert.ok(described.includes(`TargetPlatform="${hostTarget()}"`));
  assert.ok((await stat(vsix)).size < MOST_BYTES);
});

test("nothing in it names the folder where it was made, or a file that it lacks", async () => {
  const files = await listFiles();
  for (const file of files) {
    const content = await readFile(path.join(folder, file));
    assert.equal(content.includes(checkout), false, file);
    assert.equal(content.includes("sourceMappingURL=live"), false, file);
  }
  const manifest = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as Record<
    string,
    unknown
  >;
  for (const name of ["scripts", "devDependencies", "workspaces"]) {
    assert.equal(name in manifest, false, name);
  }
  const named = JSON.stringify(manifest).matchAll(/"(?:icon|main|path)":"([^"$]+)"/gu);
  const paths = [...named].map(([, one = ""]) => path.posix.normalize(one));
  assert.ok(paths.length >= 4);
  for (const one of paths) assert.ok(files.includes(one), one);
});

test("its program can be run", async () => {
  const program = (await listFiles()).find((file) => /@esbuild.*bin\/esbuild$/u.test(file));
  assert.ok(program !== undefined);
  await runProgram(path.join(folder, program), ["--version"]);
});

test("the same files give the same bytes", async () => {
  const first = await readFile(vsix);
  const second = await readFile(await makeVsix(hostTarget()));
  assert.ok(first.equals(second));
});

async function listFiles(): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of glob("**/*", { cwd: folder, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files.push(path.relative(folder, path.join(entry.parentPath, entry.name)));
  }
  return files.filter((file) => file !== ".vsixmanifest"); // VS Code's own copy
}
