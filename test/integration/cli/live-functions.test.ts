// `re-ops/live` in programs of their own: `once` works, what needs a live process or a server says what to do.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { commandLine } from "../../support/cli.ts";
import { temporaryFolder } from "../../support/temporary.ts";

test("`re-ops run`: once makes its value, refresh says what to do", async (t) => {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, "a.ts");
  await writeFile(
    file,
    `import { once, refresh } from "re-ops/live";
const made = once(() => 41 + 1);
export const main = () => console.log(made);
export const again = () => refresh();
`,
  );
  const shell = await commandLine(t);
  const { code, out } = await shell.reOps("run", file);
  assert.deepEqual([code, out.trim()], [0, "42"]);
  const refused = await shell.reOps("run", file, "--call", "again");
  assert.equal(refused.code, 2);
  assert.match(
    refused.err,
    /refresh\(\) needs a live process[^]*next: evaluate refresh\(\) in VS Code/u,
  );
});

test("`re-ops eval --own`: refresh works without an import, stop says that it needs a server", async (t) => {
  const shell = await commandLine(t);
  const { code, out } = await shell.reOps("eval", "--own", "(await refresh()).evaluated");
  assert.deepEqual([code, out.trim()], [0, "[]"]);
  const refused = await shell.reOps("eval", "--own", "await stop()");
  assert.equal(refused.code, 2);
  assert.match(refused.err, /stop\(\) needs a server/u);
});
