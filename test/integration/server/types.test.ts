// Types in a project folder through the server: written at its start, and the dependency offered to a window that takes it.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { addDependency, dependencyOffered } from "re-ops/protocol";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { makeProject } from "./project.ts";

test("a project whose package.json lacks re-ops gets types at once, and the offer once", async (t) => {
  const typesFolder = await temporaryFolder(t);
  await writeFile(path.join(typesFolder, "index.d.ts"), "export {};\n");
  const project = await makeProject(t, { "package.json": '{"name":"fleet"}' });
  const packageJson = path.join(project.folder, "package.json");
  const offers: string[] = [];
  const openWindow = async () => {
    const window = await project.connect({ typesFolder });
    window.runtime.onNotification(dependencyOffered, ({ packageJson }) => {
      offers.push(packageJson);
    });
    return window;
  };
  const window = await openWindow();
  const other = await openWindow();
  const written = path.join(project.folder, "node_modules/re-ops/index.d.ts");
  await until("the types", () => readFile(written, "utf8"));
  await until("the offer", () => offers.length > 0);
  const answer = await window.runtime.request(addDependency, {});
  assert.equal(answer.added, true);
  assert.match(await readFile(packageJson, "utf8"), /"re-ops": "\^/);
  assert.equal((await other.runtime.request(addDependency, {})).added, false);
  assert.deepEqual(offers, [packageJson]);
});
