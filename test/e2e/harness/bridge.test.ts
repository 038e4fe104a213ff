// The bridge alone, with processes in place of extension hosts.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryFolder } from "../../support/temporary.ts";
import { prepareBridge } from "./bridge-client.ts";

function startHost(t: TestContext, testsFile: string, modules: string): ChildProcess {
  const code = `require(${JSON.stringify(testsFile)}).run()`;
  const env = { ...process.env, NODE_PATH: modules };
  const host = spawn(process.execPath, ["-e", code], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  t.after(() => host.kill("SIGKILL"));
  return host;
}

test("a host that lives on after a newer one answered is not asked any more", async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(path.join(folder, "vscode"));
  await writeFile(path.join(folder, "vscode/index.js"), "exports.env = {};\n");
  const bridge = await prepareBridge(path.join(folder, "w1"));
  const first = startHost(t, bridge.testsFile, folder);
  assert.equal(await bridge.waitForNewHost(), first.pid);
  const second = startHost(t, bridge.testsFile, folder);
  assert.equal(await bridge.waitForNewHost(), second.pid);
  assert.equal(await bridge.evaluate(() => process.pid, undefined), second.pid);
  assert.equal(first.exitCode, null);
  await bridge.end();
});
