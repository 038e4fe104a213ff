// The types of `re-ops` in a project folder: written where they are missing, healed, and nowhere else.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { removeFolder, temporaryFolder } from "../../test/support/temporary.ts";
import { until } from "../../test/support/until.ts";
import { addDependency } from "./add-dependency.ts";
import { keepTypes } from "./keep-types.ts";
import { typesNeedOf, writeTypes } from "./project-types.ts";

const declaration = "export declare const run: unique symbol;\n";

async function makeTypes(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  await writeFile(path.join(folder, "package.json"), '{"name":"re-ops","types":"./index.d.ts"}');
  await writeFile(path.join(folder, "index.d.ts"), declaration);
  return folder;
}

async function makeProject(t: TestContext, packageJson?: unknown): Promise<string> {
  const folder = await temporaryFolder(t);
  if (packageJson !== undefined) {
    await writeFile(path.join(folder, "package.json"), JSON.stringify(packageJson, undefined, 2));
  }
  return folder;
}

const written = (project: string) => path.join(project, "node_modules/re-ops/index.d.ts");

async function keep(t: TestContext, project: string, typesFolder: string) {
  const told = { offers: 0, log: [] as string[] };
  const kept = keepTypes({
    projectFolder: project,
    typesFolder,
    onOffer: () => (told.offers += 1),
    log: (line) => told.log.push(line),
  });
  t.after(() => {
    kept.dispose();
  });
  await kept.looked;
  return told;
}

test("where nothing is installed they are written, and git does not see them", async (t) => {
  const [project, types] = [await makeProject(t), await makeTypes(t)];
  const told = await keep(t, project, types);
  assert.equal(await readFile(written(project), "utf8"), declaration);
  assert.equal(await readFile(path.join(project, "node_modules/re-ops/.gitignore"), "utf8"), "*\n");
  assert.deepEqual(await readdir(path.join(project, "node_modules")), ["re-ops"]);
  assert.equal(told.offers, 0);
});

test("the same types are written once, others replace them", async (t) => {
  const [project, types] = [await makeProject(t), await makeTypes(t)];
  assert.equal(await writeTypes(project, types), true);
  const { mtimeMs } = await stat(written(project));
  assert.equal(await writeTypes(project, types), false);
  assert.equal((await stat(written(project))).mtimeMs, mtimeMs);
  await writeFile(path.join(types, "index.d.ts"), "export {};\n");
  assert.equal(await writeTypes(project, types), true);
  assert.equal(await readFile(written(project), "utf8"), "export {};\n");
});

const isWritten = (line: string) => line.startsWith("wrote the types");

test("what an npm install takes away comes back, and the owner is asked once", async (t) => {
  const project = await makeProject(t, { name: "fleet", version: "1.0.0" });
  const told = await keep(t, project, await makeTypes(t));
  assert.ok(existsSync(written(project)));
  assert.equal(told.offers, 1);
  const install = ["install", "--offline", "--no-audit", "--no-fund", "--loglevel=error"];
  const untilBack = () => until("them to be back", () => existsSync(written(project)));
  await promisify(execFile)("npm", install, { cwd: project });
  // An inode number says nothing: a file system may give it to the next file.
  await until("them to be written again", () => told.log.filter(isWritten).length > 1);
  await untilBack();
  // A look that our own write has caused may write in the middle of these.
  await removeFolder(path.join(project, "node_modules"));
  await untilBack();
  await removeFolder(path.join(project, "node_modules/re-ops"));
  await untilBack();
  assert.equal(told.offers, 1);
});

test("a project that names re-ops, has it, or is its checkout is left alone", async (t) => {
  const types = await makeTypes(t);
  const names = await makeProject(t, { devDependencies: { "re-ops": "1" } });
  assert.equal(await typesNeedOf(names), "none");
  await keep(t, names, types);
  assert.deepEqual(await readdir(names), ["package.json"]);

  const parent = await makeProject(t);
  const child = path.join(parent, "examples");
  await mkdir(path.join(parent, "node_modules/re-ops"), { recursive: true });
  await mkdir(child);
  assert.equal(await typesNeedOf(child), "none", "a folder above has it installed");

  const checkout = await makeProject(t, { name: "re-ops-vscode" });
  await mkdir(path.join(checkout, "examples"));
  assert.equal(await typesNeedOf(path.join(checkout, "examples")), "none");
});

test("once the package.json names re-ops, its own installation is never touched", async (t) => {
  const project = await makeProject(t, { name: "fleet" });
  await keep(t, project, await makeTypes(t));
  await addDependency(project);
  await rm(path.join(project, "node_modules/re-ops"), { recursive: true });
  const installed = path.join(project, "node_modules/re-ops/package.json");
  await mkdir(path.dirname(installed));
  await writeFile(installed, '{"name":"re-ops","version":"9.9.9"}');
  assert.equal(await typesNeedOf(project), "none");
  await assert.rejects(
    until("somebody to write", () => !existsSync(installed) || existsSync(written(project)), {
      timeoutMs: 1200,
    }),
    /Waited/,
  );
});

test("the offer adds one line and keeps the rest as it was", async (t) => {
  const project = await makeProject(t);
  const file = path.join(project, "package.json");
  assert.equal((await addDependency(project)).added, false);
  await writeFile(file, '{\n\t"name": "fleet",\n\t"devDependencies": {\n\t\t"zod": "4"\n\t}\n}\n');
  const { added, message } = await addDependency(project);
  assert.ok(added);
  assert.match(message, /npm install/);
  assert.match(
    await readFile(file, "utf8"),
    /^\{\n\t"name": "fleet",\n\t"devDependencies": \{\n\t\t"re-ops": "\^\d[^"]*",\n\t\t"zod": "4"\n\t\}\n\}\n$/,
  );
  assert.equal((await addDependency(project)).added, false);
});
