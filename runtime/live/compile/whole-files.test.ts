// Files that were compiled before are loaded as they were kept: everything is as if they had been read.
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { liveProject } from "../../../test/support/live-project.ts";
import { temporaryFolder } from "../../../test/support/temporary.ts";
import { KeptFiles } from "./kept-files.ts";

const FILES = {
  "main.ts": `import fallback, { Level, twice as double, type Named } from "./all.ts";
import * as all from "./all.ts";
export * from "./all.ts";
export { double };
const seen: Named[] = [{ name: "one" }];
using held = { [Symbol.dispose]() { all.log.push("gone") } };
let count = double(seen.length);
export const sum = () => count + Level.High + fallback();
function fail(): never { throw new Error("here " + typeof notThere + laterGlobal) }
@mark class Marked { static size = seen.length }
function mark(_: unknown, context: { name?: string }) { all.log.push("marked " + context.name) }
count += 1;
if (import.meta.repl) { const tried = count; tried + 1 }
`,
  "all.ts": `export interface Named { name: string }
export enum Level { Low = 1, High = 10 }
export const log: string[] = [];
export function twice(value: number): number;
export function twice(value: string): string;
export function twice(value: any) { return value + value }
namespace Space { export const inner = 1 }
export { Space as "a space" };
export default () => Space.inner * 100;
`,
};

test("what is kept is loaded as what is read", async (t) => {
  const compiledFolder = await temporaryFolder(t);
  const first = await outcomeOf(t, compiledFolder);
  assert.equal((await readdir(compiledFolder)).length, 3, "both files, and one as it was edited");
  assert.deepEqual(await outcomeOf(t, compiledFolder), first);
  assert.equal((await readdir(compiledFolder)).length, 3);
  assert.deepEqual(first.values, [113, 3, ["marked Marked"], true, 1]);
});

test("what is kept is neither parsed nor translated", async (t) => {
  const compiledFolder = await temporaryFolder(t);
  const text = "export const one: number = 1;\nexport const two = one + 1;\n";
  const files = { "a.ts": text };
  await loadOnce(t, files, compiledFolder, "two");
  const kept = { file: "a.ts", text };
  await rewriteKept(compiledFolder, kept, (body) => body.replace("one = 1", "one = 7"));
  assert.equal(await loadOnce(t, files, compiledFolder, "two"), 8);
});

test("what was damaged is compiled anew", async (t) => {
  const compiledFolder = await temporaryFolder(t);
  const files = { "a.ts": "export const one: number = 1;\n" };
  await loadOnce(t, files, compiledFolder, "one");
  const [name = ""] = await readdir(compiledFolder);
  const file = path.join(compiledFolder, name);
  const whole = await readFile(file);
  const at = whole.indexOf("one = 1");
  assert.notEqual(at, -1);
  const other = Buffer.from(whole);
  other.write("one = 2", at);
  for (const damaged of [whole.subarray(0, -1), other, Buffer.from("{}"), Buffer.alloc(0)]) {
    await writeFile(file, damaged);
    assert.equal(await loadOnce(t, files, compiledFolder, "one"), 1);
    const mended = new KeptFiles({ folder: compiledFolder, now: Date.now });
    assert.ok(mended.read("a.ts", files["a.ts"]));
  }
});

test("a name that was a global and is none any more is the file's own", async (t) => {
  const compiledFolder = await temporaryFolder(t);
  const files = { "a.ts": "export const zones = 1;\nexport const read = () => zone;\n" };
  const { globalThis: everywhere } = { globalThis: globalThis as { zone?: number } };
  everywhere.zone = 5;
  assert.equal(await loadOnce(t, files, compiledFolder, "read()"), 5);
  delete everywhere.zone;
  const project = await liveProject(t, files, { compiledFolder });
  await project.load("a.ts");
  assert.match((await project.error("a.ts", "read()")).next ?? "", /zones/);
});

test("a folder that cannot be written to costs time, nothing else", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(path.join(folder, "file"), "");
  const files = { "a.ts": "export const one: number = 1;\n" };
  assert.equal(await loadOnce(t, files, path.join(folder, "file", "below"), "one"), 1);
});

async function loadOnce(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  compiledFolder: string,
  asked: string,
): Promise<unknown> {
  const project = await liveProject(t, files, { compiledFolder });
  await project.load("a.ts");
  const value = await project.value("a.ts", asked);
  await project.evaluator.keptAll();
  project.evaluator.dispose();
  return value;
}

/** As the compiler itself would have kept it, without bytecode. */
async function rewriteKept(
  folder: string,
  { file, text }: { file: string; text: string },
  rewrite: (body: string) => string,
): Promise<void> {
  const files = new KeptFiles({ folder, now: Date.now });
  const { value } = files.read(file, text) ?? assert.fail("nothing is kept");
  const body = JSON.stringify(value);
  assert.notEqual(rewrite(body), body);
  files.keep(file, text, () => ({ value: JSON.parse(rewrite(body)), bytes: Buffer.alloc(0) }));
  await files.settled();
}

/** All that can be told of a project that was loaded, and edited then. */
async function outcomeOf(t: TestContext, compiledFolder: string) {
  const project = await liveProject(t, FILES, { compiledFolder });
  await project.load("main.ts");
  const standings = project.evaluator
    .takeStandings()
    .map((one) => ({ ...one, file: path.basename(one.file) }));
  const values = [];
  const reexported = 'Object.keys(await import("./main.ts")).includes("a space")';
  for (const text of ["sum()", "count", "[...all.log]", reexported, "Marked.size"]) {
    values.push(await project.value("main.ts", text));
  }
  const { line, column, message, frames } = await project.error("main.ts", "fail()");
  const places = frames?.map((frame) => ("line" in frame ? [frame.line, frame.column] : frame));
  project.edit("main.ts", "count + Level.High", "count * Level.High");
  await project.form("main.ts", "export const sum");
  project.edit("main.ts", "count += 1", "count += 5");
  await project.form("main.ts", "count += 5");
  const edited = await project.value("main.ts", "sum()");
  await project.load("main.ts");
  const loadedAgain = await project.value("main.ts", "[sum(), ...all.log]");
  await project.evaluator.keptAll();
  project.evaluator.dispose();
  const names = project.evaluator.letNames().map((one) => one.names);
  return { standings, values, line, column, message, places, edited, loadedAgain, names };
}
