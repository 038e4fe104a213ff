// Where state lives, who may look into it, where the socket goes, and who is alive.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/temporary.ts";
import {
  identifyProcess,
  identifyThisProcess,
  isAlive,
  signalProcess,
} from "./process-identity.ts";
import { readServerRecord, removeServerRecord, writeServerRecord } from "./server-record.ts";
import { socketPathOf } from "./socket-path.ts";
import { makePrivateFolder, stateFolderOf, stateHome } from "./state-folder.ts";

test("state lives in the user's state folder, readable and unique per path", () => {
  const environment = { XDG_STATE_HOME: "/state", HOME: "/home/u" };
  assert.match(
    stateFolderOf("/srv/my fleet", environment),
    /^\/state\/re-ops\/my-fleet-[\da-f]{12}$/,
  );
  assert.notEqual(stateFolderOf("/a/x", environment), stateFolderOf("/b/x", environment));
  assert.equal(
    stateHome({ XDG_STATE_HOME: "relative", HOME: "/home/u" }),
    "/home/u/.local/state/re-ops",
  );
});

test("a private folder is made so, and one that others can enter is refused", async (t) => {
  const root = await temporaryFolder(t);
  const folder = path.join(root, "a/b");
  makePrivateFolder(folder);
  makePrivateFolder(folder);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  await mkdir(path.join(root, "open"));
  await chmod(path.join(root, "open"), 0o755);
  assert.throws(() => {
    makePrivateFolder(path.join(root, "open"));
  }, /chmod 700/);
});

test("a socket's path is never longer than systems allow", () => {
  const short = "/state/re-ops/fleet-0123456789ab";
  assert.equal(socketPathOf(short), path.join(short, "socket"));
  const long = socketPathOf(`/${"x".repeat(100)}/fleet-0123456789ab`);
  assert.ok(Buffer.byteLength(long) <= 103, long);
  assert.ok(long.endsWith("/0123456789ab"), long);
});

test("a process is alive until it has ended, reaped or not, and nobody else is taken for it", async (t) => {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  t.after(() => child.kill("SIGKILL"));
  await once(child, "spawn");
  const identity = identifyProcess(child.pid ?? 0);
  assert.ok(identity !== undefined && isAlive(identity));
  assert.ok(!isAlive({ ...identity, startedAt: "1" }));
  assert.equal(signalProcess({ ...identity, startedAt: "1" }, "SIGKILL"), false);
  assert.equal(child.exitCode, null);
  assert.equal(signalProcess(identity, "SIGKILL"), true);
  await once(child, "exit");
  assert.ok(!isAlive(identity));
  assert.equal(signalProcess(identity, "SIGKILL"), false);
});

test("a server's record is read back whole or not at all", async (t) => {
  const folder = await temporaryFolder(t);
  assert.equal(readServerRecord(folder), undefined);
  const record = { server: identifyThisProcess(), socket: "/s", version: "1", hash: "h" };
  writeServerRecord(folder, record);
  assert.deepEqual(readServerRecord(folder), record);
  removeServerRecord(folder);
  assert.equal(readServerRecord(folder), undefined);
});
