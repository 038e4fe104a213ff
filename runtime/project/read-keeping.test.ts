// How much is kept on disk is a project's to say; what makes no sense is told, and changes nothing.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/temporary.ts";
import { USUAL_KEEPING } from "../engine/keeping.ts";
import { readKeeping } from "./read-keeping.ts";

test("what the file says holds, and the usual for the rest", async (t) => {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, "re-ops.config.json");
  assert.deepEqual(await readKeeping(folder), { keeping: USUAL_KEEPING });
  await writeFile(file, '{ "other": 1, "keep": { "hostMegabytes": 5, "runs": 20 } }');
  const keeping = { ...USUAL_KEEPING, hostMegabytes: 5, runs: 20 };
  assert.deepEqual(await readKeeping(folder), { keeping });
});

test("what makes no sense is told with its place", async (t) => {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, "re-ops.config.json");
  for (const [text, why] of [
    ["{ keep", /JSON/u],
    ['{ "keep": { "hostMegabytes": -1 } }', /keep\.hostMegabytes/u],
    ['{ "keep": { "hostMegabyte": 5 } }', /hostMegabyte/u],
  ] as const) {
    await writeFile(file, text);
    const { keeping, problem = "" } = await readKeeping(folder);
    assert.deepEqual(keeping, USUAL_KEEPING);
    assert.ok(problem.startsWith(file), problem);
    assert.match(problem, why);
  }
});
