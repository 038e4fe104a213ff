// A server runs from a copy, so that the folder it came from may be deleted; copies that nobody needs go.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { test, type TestContext } from "node:test";
import { readServerRecord } from "re-ops/client";
import { restartLive, getStatus } from "re-ops/protocol";
import { copyServer, removeUnusedCopies } from "../../../runtime/client/server-copy.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { displayOf, evaluateIn } from "./evaluating.ts";
import { liveEntry, makeProject, serverEntry } from "./project.ts";

/** A folder as a build makes it; its two programs are doors to the sources. */
async function makeBuild(t: TestContext, hash: string): Promise<string> {
  const folder = path.join(await temporaryFolder(t), "server");
  await mkdir(folder);
  const importOf = (file: string) => `await import(${JSON.stringify(pathToFileURL(file).href)});\n`;
  await writeFile(path.join(folder, "server.mjs"), importOf(serverEntry));
  await writeFile(path.join(folder, "live.mjs"), importOf(liveEntry));
  await writeFile(path.join(folder, "manifest.json"), JSON.stringify({ version: "1", hash }));
  return folder;
}

async function programOf(pid: number): Promise<string> {
  const [, ...words] = (await readFile(`/proc/${String(pid)}/cmdline`, "utf8")).split("\0");
  return words.find((word) => !word.startsWith("-")) ?? ""; // what stands before are options of Node
}

const hashOf = (digit: string) => digit.repeat(64);

test("server and live process run from the copy, also after their folder was deleted", async (t) => {
  const project = await makeProject(t);
  const build = await makeBuild(t, hashOf("a"));
  const built = {
    serverEntry: path.join(build, "server.mjs"),
    liveEntry: path.join(build, "live.mjs"),
    runFromCopy: true,
  };
  const window = await project.connect(built);
  assert.equal(window.hello.hash, hashOf("a"));
  const copy = path.join(path.dirname(project.stateFolder), "servers", "a".repeat(16));
  assert.equal(await programOf(window.hello.pid), path.join(copy, "server.mjs"));
  await rm(build, { recursive: true });
  await window.runtime.request(restartLive, {});
  assert.equal(await displayOf(evaluateIn(project, window, "1 + 1")), "2");
  const { live } = await window.runtime.request(getStatus, {});
  assert.equal(await programOf(live.pid ?? 0), path.join(copy, "live.mjs"));
});

test("a newer build is told by its hash; copies in use stay and the others go", async (t) => {
  const project = await makeProject(t);
  const servers = path.join(path.dirname(project.stateFolder), "servers");
  const connect = async (digit: string) => {
    const build = await makeBuild(t, hashOf(digit));
    return project.connect({
      serverEntry: path.join(build, "server.mjs"),
      liveEntry: path.join(build, "live.mjs"),
      runFromCopy: true,
      idleMs: 0,
    });
  };
  const first = await connect("a");
  const second = await connect("b");
  assert.equal(second.hello.hash, hashOf("a"), "the running server stays");
  assert.deepEqual(await readdir(servers), ["a".repeat(16)]);
  first.dispose();
  second.dispose();
  await until("its end", () => readServerRecord(project.stateFolder) === undefined);
  await until("its processes' end", async () => (await project.processes()).length === 0);
  const lastHour = new Date(Date.now() - 3_600_000);
  await utimes(path.join(servers, "a".repeat(16)), lastHour, lastHour);
  const third = await connect("b");
  assert.equal(third.hello.hash, hashOf("b"));
  assert.deepEqual(await readdir(servers), ["b".repeat(16)]);
});

test("a copy that a server is about to run from again stays, however old it is", async (t) => {
  const { environment } = await makeProject(t);
  const build = {
    folder: await makeBuild(t, hashOf("a")),
    hash: hashOf("a"),
    typesFolder: undefined,
  };
  const copy = await copyServer(build, environment);
  const lastHour = new Date(Date.now() - 3_600_000);
  await utimes(copy, lastHour, lastHour);
  assert.equal(await copyServer(build, environment), copy);
  const other = { ...build, hash: hashOf("b") };
  await removeUnusedCopies(await copyServer(other, environment), environment);
  assert.ok(existsSync(copy));
});

test("half a build is refused, and leaves no half a copy", async (t) => {
  const project = await makeProject(t);
  const build = await makeBuild(t, "no hash");
  const serverEntry = path.join(build, "server.mjs");
  await assert.rejects(project.connect({ serverEntry, runFromCopy: true }), /no whole build/);
  assert.ok(!existsSync(path.join(path.dirname(project.stateFolder), "servers")));
});
