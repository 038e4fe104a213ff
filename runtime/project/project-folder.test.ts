// Whose project a file or a directory is, by the rules of VS Code and of the command line.
import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { temporaryFolder } from "../../test/support/temporary.ts";
import {
  dependsOnReOps,
  findNamedProject,
  importsReOps,
  projectOfDirectory,
  projectOfFile,
} from "./project-folder.ts";
import { makePrivateFolder, stateFolderOf } from "./state-folder.ts";

async function makeTree(t: TestContext, files: Readonly<Record<string, string>>) {
  const root = await temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  return root;
}

const names = JSON.stringify({ devDependencies: { "re-ops": "1" } });
const namesNobody = JSON.stringify({ name: "re-ops", dependencies: { "re-ops-x": "1" } });

test("the nearest folder upwards that names re-ops counts, in whatever way", async (t) => {
  const root = await makeTree(t, {
    "package.json": names,
    "a/package.json": namesNobody,
    "a/b/x.ts": "",
    "c/re-ops.config.json": "{}",
    "c/d/x.ts": "",
  });
  assert.equal(await findNamedProject(path.join(root, "a/b")), root);
  assert.equal(await findNamedProject(path.join(root, "c/d")), path.join(root, "c"));
});

test("the project is the real path, and a package of node_modules is none", async (t) => {
  const root = await makeTree(t, {
    "real/package.json": names,
    "real/node_modules/x/package.json": names,
  });
  await symlink(path.join(root, "real"), path.join(root, "link"));
  assert.equal(await findNamedProject(path.join(root, "link")), path.join(root, "real"));
  assert.equal(
    await findNamedProject(path.join(root, "real/node_modules/x")),
    path.join(root, "real"),
  );
});

test("in VS Code an unnamed workspace folder counts once a file in it imports re-ops", async (t) => {
  const root = await makeTree(t, { "w/a/x.ts": "" });
  const workspaceFolder = path.join(root, "w");
  const file = path.join(root, "w/a/x.ts");
  const importing = 'import { run } from "re-ops";';
  assert.equal(await projectOfFile({ file, text: importing, workspaceFolder }), workspaceFolder);
  assert.equal(await projectOfFile({ file, text: "1 + 1", workspaceFolder }), undefined);
  assert.equal(await projectOfFile({ file, text: importing }), undefined);
});

test("on the command line state counts before the directory itself", async (t) => {
  const root = await makeTree(t, { "w/a/x.ts": "" });
  const environment = { XDG_STATE_HOME: path.join(root, "state") };
  const directory = path.join(root, "w/a");
  assert.equal(await projectOfDirectory(directory, environment), directory);
  makePrivateFolder(stateFolderOf(path.join(root, "w"), environment));
  assert.equal(await projectOfDirectory(directory, environment), path.join(root, "w"));
});

test("imports of re-ops are known by their text", () => {
  for (const text of [
    'import { run } from "re-ops";',
    "import * as r from 're-ops';",
    'import "re-ops"',
    'await import("re-ops/live")',
    'export { run } from "re-ops";',
    'import {\n  run,\n}\nfrom\n"re-ops"',
  ]) {
    assert.ok(importsReOps(text), text);
  }
  for (const text of ['import x from "re-ops-other";', '"re-ops"', "import x from './re-ops'"]) {
    assert.ok(!importsReOps(text), text);
  }
});

test("a package.json that is broken or of another shape names nobody", () => {
  for (const text of ["", "{", "[]", '"re-ops"', '{"dependencies":"re-ops"}', namesNobody]) {
    assert.ok(!dependsOnReOps(text), text);
  }
  assert.ok(dependsOnReOps('{"dependencies":7,"peerDependencies":{"re-ops":"*"}}'));
});
