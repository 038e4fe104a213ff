// What is kept is given back for the same text in the same language, for a month.
import assert from "node:assert/strict";
import { chmod, readdir, utimes } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../test/support/temporary.ts";
import { KeptFiles } from "./kept-files.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

test("a text has what was kept for it, wherever its file is; another text or language has not", async (t) => {
  const files = new KeptFiles({ folder: await temporaryFolder(t), now: Date.now });
  files.keep("/a.ts", "1", () => ({ value: { one: "ü" }, bytes: Buffer.from([0, 255]) }));
  await files.settled();
  const { value, bytes } = files.read("/elsewhere/b.mts", "1") ?? assert.fail();
  assert.deepEqual([value, [...bytes]], [{ one: "ü" }, [0, 255]]);
  assert.equal(files.read("/a.ts", "2"), undefined);
  assert.equal(files.read("/a.tsx", "1"), undefined);
});

test("a folder that others can enter is neither believed nor written to", async (t) => {
  const folder = await temporaryFolder(t);
  assert.equal(await keepIn(folder, "1"), 1);
  await chmod(folder, 0o755);
  assert.equal(new KeptFiles({ folder, now: Date.now }).read("/a.ts", "1"), undefined);
  assert.equal(await keepIn(folder, "2"), 1);
});

test("what was kept longer than a month ago goes", async (t) => {
  const folder = await temporaryFolder(t);
  assert.deepEqual([await keepIn(folder, "1"), await keepIn(folder, "2")], [1, 2]);
  const old = new Date(Date.now() - 31 * DAY_MS);
  for (const name of await readdir(folder)) await utimes(path.join(folder, name), old, old);
  assert.equal(await keepIn(folder, "3"), 1);
});

/** As a process of its own would; how many files there are then. */
async function keepIn(folder: string, text: string): Promise<number> {
  const files = new KeptFiles({ folder, now: Date.now });
  files.keep("/a.ts", text, () => ({ value: text, bytes: Buffer.alloc(0) }));
  await files.settled();
  return (await readdir(folder)).length;
}
