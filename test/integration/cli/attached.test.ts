// `re-ops eval 'CODE'` in the project's running server: told as if it happened here, on the bindings that the windows see.
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import {
  connectToServer,
  readServerRecord,
  type ServerConnection,
  stateFolderOf,
  stopServer,
} from "re-ops/client";
import { getStatus, notice } from "re-ops/protocol";
import {
  identifyThisProcess,
  makePrivateFolder,
  tokenFile,
  writeLine,
  writeServerRecord,
} from "re-ops/server";
import { type CommandLine, MAIN } from "../../support/cli.ts";
import { isRunning } from "../../support/processes.ts";
import { type Ending, lastFirst } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { evalCases } from "./eval-cases.ts";
import { openShell, type Shell } from "./program.ts";
import { liveEntry, serverEntry } from "../server/project.ts";

const all = lastFirst({ after });
let shell: Shell;
let window: ServerConnection;

before(async () => {
  shell = await openShell(all);
  window = await openWindow(all, shell);
});

/** A window on the shell's folder, and with it a server. */
async function openWindow(t: Ending, { folder, environment }: CommandLine) {
  const { signal } = new AbortController();
  const connection = await connectToServer({
    projectFolder: folder,
    serverEntry,
    liveEntry,
    node: { setting: process.execPath },
    environment,
    idleMs: 60_000,
    signal,
    log: () => {},
  });
  t.after(async () => {
    connection.dispose();
    await stopServer(folder, environment, signal);
  });
  return connection;
}

test("it is the live process that evaluates, unless --own says otherwise", async () => {
  const { live } = await window.runtime.request(getStatus, {});
  const { out } = await shell.reOps("eval", "process.pid");
  assert.equal(out, `${String(live.pid)}\n`);
  assert.notEqual((await shell.reOps("eval", "process.pid", "--own")).out, out);
});

for (const [text, code, out, err] of evalCases) {
  test(`eval ${text}: the same here and there`, async () => {
    const attached = await shell.reOps("eval", text);
    assert.equal(attached.code, code, attached.err);
    assert.match(attached.out, out);
    assert.match(attached.err, err);
    const own = await shell.reOps("eval", text, "--own");
    assert.deepEqual([attached.code, attached.out], [own.code, own.out]);
  });
}

test("a host that failed and was picked away, or failed and then succeeded, still counts", async () => {
  const web = "new Hosts({}, ['web-1', 'web-2'])";
  const fails = `exec(${web}, '[ $RE_OPS_HOST = host-127-0-1-1 ] || exit 3')`;
  for (const [text, code] of [
    [`run(${fails}, pick(successful), pretty())`, 1],
    [`run(${fails}, pick(failed), exec('true'), pretty())`, 1],
    [`run(ls(${web}, '/'), pick(() => false), pretty())`, 0],
  ] as const) {
    const attached = await shell.reOps("eval", text);
    const own = await shell.reOps("eval", text, "--own");
    assert.equal(attached.code, code, text);
    assert.deepEqual(attached, own);
  }
});

test("--json is the same document", async () => {
  const code =
    "console.log('printed'); run(exec(new Hosts({}, ['web-1']), 'echo hi; echo oh >&2'), exec('exit 4'), convert((o) => o.out))";
  const attached = await shell.json("eval", code);
  const own = await shell.json("eval", code, "--own");
  assert.deepEqual(withoutChance(attached), withoutChance(own));
  const [first, second] = attached.runs[0]?.hosts ?? [];
  assert.deepEqual([first?.out, first?.err, second?.code], ["hi\n", "oh\n", 4]);
  assert.equal(attached.exitCode, 1);
  const odd = "[10n, new Map([['a', 1]]), new Date(0), undefined, () => 1, 2n ** 64n]";
  assert.deepEqual(await shell.json("eval", odd), await shell.json("eval", odd, "--own"));
});

/** What differs from one evaluation to the next. */
function withoutChance(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document), (key, value: unknown) =>
    key === "id" || key === "ms" ? typeof value : value,
  );
}

test("bindings are those of the windows, and stay", async () => {
  const evaluateHere = (file: string, text: string) =>
    window.evaluate({
      evaluationId: crypto.randomUUID(),
      file: path.join(shell.folder, file),
      text,
      selection: { start: 0, end: text.length },
      mode: "expression",
    });
  await shell.write("counter.ts", "export let count = 1;\n");
  await evaluateHere("counter.ts", "export let count = 41;\n");
  const read = "import { count } from './counter.ts'; count";
  assert.equal((await shell.reOps("eval", read)).out, "41\n");
  assert.equal((await shell.reOps("eval", read, "--own")).out, "1\n");
  await evaluateHere("[eval].ts", "let x = 7;");
  assert.equal((await shell.reOps("eval", "x")).out, "7\n");
  assert.equal((await shell.reOps("eval", "x += 1; const ls = 'mine'")).code, 0);
  assert.equal((await shell.reOps("eval", "`${x} ${ls}`")).out, "8 mine\n");
});

test("relative local paths begin where it was called, here and there", async () => {
  const folder = path.join(shell.folder, "incident42");
  await mkdir(folder);
  await writeFile(path.join(folder, "note"), "of this folder\n");
  await shell.write("note", "of the project\n");
  const text = `const one = new Hosts({}, ["web-1"]);
    await run(scpInto(one, "note", "note"), scpFrom("note", "back"))`;
  for (const own of [[], ["--own"]]) {
    const words = [MAIN, "eval", text, ...own];
    const { code, err } = await shell.startProgram(process.execPath, words, { cwd: folder }).ended;
    assert.equal(code, 0, err);
    const back = path.join(folder, "back");
    assert.equal(await readFile(path.join(back, "web-1", "note"), "utf8"), "of this folder\n");
    await rm(back, { recursive: true });
  }
  assert.ok(!existsSync(path.join(shell.folder, "back")));
});

test("what the code prints comes while it runs", async () => {
  const { child, ended } = shell.start(
    "eval",
    "console.log('first'); await new Promise((go) => (globalThis.goOn = go)); console.log('second')",
  );
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  await shell.reOps("eval", "globalThis.goOn()");
  assert.equal((await ended).out, "first\nsecond\n");
});

test("output larger than a window shows arrives whole", async () => {
  const text = "console.log('x'.repeat(3_000_000))";
  for (const words of [
    ["eval", text],
    ["eval", text, "--own"],
  ]) {
    assert.equal((await shell.reOps(...words)).out.length, 3_000_001, words.join(" "));
  }
});

test("Ctrl+C stops it on its hosts, says so, and leaves the server be", async () => {
  const pidFile = (index: number) => path.join(shell.hosts[index]?.home ?? "", "pid");
  const { child, ended } = shell.start(
    "eval",
    "let kept = 5; await run(exec(new Hosts({}, ['web-1', 'web-2']), 'echo $$ > ~/pid; sleep 300 & wait'), pretty())",
  );
  await until("both hosts to sleep", () => existsSync(pidFile(0)) && existsSync(pidFile(1)));
  child.kill("SIGINT");
  const { code, err } = await ended;
  assert.equal(code, 1, "hosts that were cancelled have failed");
  assert.match(err, /Interrupted\. Stopped what ran on 2 hosts\.\n/u);
  assert.equal((await shell.reOps("eval", "kept")).out, "5\n");
  const waiting = shell.start("eval", "console.log('here'); await new Promise(() => {})");
  waiting.child.stdout?.once("data", () => waiting.child.kill("SIGINT"));
  assert.equal((await waiting.ended).code, 130);
});

test("a second Ctrl+C leaves at once, and the server goes on stopping", async () => {
  const home = shell.hosts[0]?.home ?? "";
  const end = "while [ ! -e ~/go ]; do sleep 0.1; done; exit";
  const script = `trap "${end}" TERM; echo $$ > ~/stubborn; while :; do sleep 0.1; done`;
  const { child, ended } = shell.start(
    "eval",
    `await run(exec(new Hosts({}, ['web-1']), ${JSON.stringify(script)}))`,
  );
  const pid = await until("the host to begin", async () => {
    const file = path.join(home, "stubborn");
    return existsSync(file) ? Number(await readFile(file, "utf8")) || undefined : undefined;
  });
  child.stderr?.once("data", () => child.kill("SIGINT"));
  child.kill("SIGINT");
  const { code, err } = await ended;
  assert.equal(code, 130);
  assert.match(err, /the server goes on stopping it: look at Runs in VS Code\n$/u);
  await writeFile(path.join(home, "go"), "");
  await until("it to end", async () => !(await isRunning(pid)));
});

test("a live process that ends is told, with what it was in the middle of", async () => {
  const { code, err } = await shell.reOps("eval", "process.kill(process.pid, 'SIGKILL')");
  assert.equal(code, 1);
  assert.match(err, /live process .*SIGKILL/u);
});

test("a server that dies is told, in the document too", async (context) => {
  const t = lastFirst(context);
  const own = await openShell(t);
  await openWindow(t, own);
  const { server } = readServerRecord(stateFolderOf(own.folder, own.environment)) ?? {};
  assert.ok(server);
  const { exitCode, error } = await own.json(
    "eval",
    `process.kill(${String(server.pid)}, 'SIGKILL'); await new Promise(() => {})`,
  );
  assert.equal(exitCode, 1);
  assert.match(error?.message ?? "", /server ended in the middle/u);
  assert.equal((await own.reOps("eval", "1 + 1")).out, "2\n", "the next is evaluated here");
});

test("it leaves the windows' environment alone, and takes no notice that is meant for them", async (context) => {
  const t = lastFirst(context);
  const own = await openShell(t);
  const connection = await openWindow(t, own);
  connection.dispose();
  await own.reOps("eval", "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1)");
  own.environment["RE_OPS_SSH_CONFIG"] = "/absent";
  const listed = await own.reOps("eval", "ls(new Hosts({}, ['web-1']), '/')");
  assert.equal(listed.code, 0, listed.err);
  const heard: string[] = [];
  const next = await openWindow(t, { ...own, environment: { ...own.environment } });
  next.runtime.onNotification(notice, ({ message }) => heard.push(message));
  await until("the notice", () => heard.some((message) => message.includes("SIGKILL")));
});

test("a server that refuses or keeps silent is named, and the text evaluated here", async (t) => {
  const own = await openShell(t);
  const stateFolder = stateFolderOf(own.folder, own.environment);
  makePrivateFolder(stateFolder);
  await writeFile(tokenFile(stateFolder), "token");
  const refusal = {
    reops: "refused",
    code: "protocol",
    reason: "the server speaks protocol 2",
    next: "end it",
  };
  const socket = path.join(own.folder, "socket");
  let isSilent = false;
  const server = createServer((client) => {
    client.on("error", () => {});
    if (isSilent) return;
    writeLine(client, { reops: "challenge", nonce: "nonce" });
    client.once("data", () => {
      writeLine(client, refusal);
    });
  });
  server.listen(socket);
  await once(server, "listening");
  t.after(() => server.close());
  const record = { server: identifyThisProcess(), socket, version: "9.0.0", hash: "hash" };
  writeServerRecord(stateFolder, record);
  const refused = await own.reOps("eval", "1 + 1");
  assert.deepEqual([refused.code, refused.out], [0, "2\n"]);
  assert.match(refused.err, /speaks protocol 2; end it\): evaluating in this process\n$/u);
  isSilent = true;
  const silent = await own.reOps("eval", "1 + 1");
  assert.deepEqual([silent.code, silent.out], [0, "2\n"]);
  assert.match(silent.err, /did not answer within 5 s\): evaluating in this process\n$/u);
});
