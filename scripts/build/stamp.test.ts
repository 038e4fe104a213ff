// What is built is built again exactly when something that it was built from has changed.
import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/temporary.ts";
import { isUpToDate, writeStamp } from "./stamp.ts";

test("a changed or deleted source, a changed lockfile and a deleted folder ask for a build", async (t) => {
  const root = await temporaryFolder(t);
  const write = (file: string, text: string) => writeFile(path.join(root, file), text);
  await mkdir(path.join(root, "dist/part"), { recursive: true });
  await write("a.ts", "one");
  await write("package-lock.json", "{}");
  assert.equal(await isUpToDate(root, "part"), false);
  await writeStamp(root, "part", ["a.ts"]);
  assert.equal(await isUpToDate(root, "part"), true);
  await write("a.ts", "two");
  assert.equal(await isUpToDate(root, "part"), false);
  await write("a.ts", "one");
  assert.equal(await isUpToDate(root, "part"), true);
  await write("package-lock.json", '{ "packages": {} }');
  assert.equal(await isUpToDate(root, "part"), false);
  await write("package-lock.json", "{}");
  await rm(path.join(root, "a.ts"));
  assert.equal(await isUpToDate(root, "part"), false);
  await write("a.ts", "one");
  await rm(path.join(root, "dist/part"), { recursive: true });
  assert.equal(await isUpToDate(root, "part"), false);
});
