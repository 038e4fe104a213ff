// `import.meta.repl` blocks: skipped when the file loads, their forms share one scratch scope that is never exported.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../test/support/live-project.ts";

const text = `export const log: string[] = [];
export const name = "file";
export const outer = () => name;
if (import.meta.repl) {
  const name = "scratch";
  let tries = 0;
  log.push(name);
  tries += 1;
  outer();
}
export const after = 1;
if (import.meta.repl) {
  log.push(name + tries);
  import.meta.repl;
}
`;

test("a block is skipped when its file is loaded or imported", async (t) => {
  const project = await liveProject(t, {
    "a.ts": text,
    "b.ts": 'import * as all from "./a.ts";\nall.log;\n',
  });
  await project.load("a.ts");
  assert.deepEqual((await project.form("b.ts", "all.log")).box.value, []);
  assert.deepEqual(Object.keys((await project.value("b.ts", "all")) as object), [
    "log",
    "name",
    "outer",
    "after",
  ]);
});

test("its statements are forms that share names over all blocks, and hide those of the file", async (t) => {
  const project = await liveProject(t, { "a.ts": text });
  await project.form("a.ts", "log.push(name);");
  await project.form("a.ts", "tries += 1");
  await project.form("a.ts", "log.push(name + tries)");
  assert.deepEqual(await project.value("a.ts", "log"), ["scratch", "scratch1"]);
  assert.equal((await project.form("a.ts", "outer();")).box.value, "file");
  assert.equal((await project.form("a.ts", "import.meta.repl;")).box.value, true);
});

test("its names are not the file's, and nobody can import them", async (t) => {
  const project = await liveProject(t, {
    "a.ts": text,
    "b.ts": 'import { tries } from "./a.ts";\ntries;\n',
  });
  await project.form("a.ts", "let tries");
  assert.equal(await project.value("a.ts", "typeof tries"), "undefined");
  assert.equal(await project.value("a.ts", "name"), "file");
  const failed = await project.press("b.ts", "tries;");
  assert.match(failed.kind === "error" ? failed.error.message : "", /does not export `tries`/);
});

test("a scratch name whose declaration was deleted is still there for the block", async (t) => {
  const project = await liveProject(t, { "a.ts": text });
  await project.form("a.ts", "log.push(name);");
  project.edit("a.ts", '  const name = "scratch";\n', "");
  assert.equal((await project.form("a.ts", "log.push(name);")).box.value, 2);
  assert.deepEqual(await project.value("a.ts", "log"), ["scratch", "scratch"]);
});

test("loading the file keeps its scratch names; a block evaluated whole is its forms in order", async (t) => {
  const project = await liveProject(t, { "a.ts": text });
  const whole = await project.press("a.ts", "if (import", "form");
  assert.equal(whole.kind === "value" && whole.box.value, "file");
  await project.load("a.ts");
  await project.form("a.ts", "log.push(name + tries)");
  assert.deepEqual(await project.value("a.ts", "log"), ["scratch1"]);
});
