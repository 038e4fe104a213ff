// `re-ops run FILE` on a real sshd: what it prints where, and its exit code for every way in which a program can end.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { createEngine } from "../../../runtime/engine/engine.ts";
import { identifyThisProcess, isAlive } from "../../../runtime/project/process-identity.ts";
import { stateFolderOf } from "../../../runtime/project/state-folder.ts";
import { assertGolden } from "../../support/golden.ts";
import type { LabHost } from "../../lab/sshd.ts";
import { isRunning } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { lastFirst } from "../../support/temporary.ts";
import { lineOfExport, openShell, type Shell } from "./program.ts";

const all = lastFirst({ after });
let shell: Shell;

before(async () => {
  shell = await openShell(all);
});

test("main is called, and its summary printed", async () => {
  const { code, out, err } = await shell.reOps("run", "program.ts");
  assert.deepEqual(
    { code, out, err },
    { code: 0, out: "\nRunning names summary:\n\n  ✔ web-1\n  ✔ web-2\n\n", err: "" },
  );
});

test("an export may be an operation; what nobody printed is told", async () => {
  const { code, out } = await shell.reOps("run", "program.ts", "--call", "listing");
  assert.equal(code, 0);
  assert.match(out, /^2 ok\n✔ web-1 {2}\S+ … \d+ more lines\n✔ web-2 {2}\S+ … \d+ more lines\n$/);
});

const calls: readonly [string, number, RegExp][] = [
  ["away", 1, /^re-ops: exec .* on 2 hosts: web-2 failed\n$/],
  ["notMet", 0, /^$/],
  ["nobodyFailed", 0, /^$/],
  ["quiet", 1, /^re-ops: exec exit 3 on 2 hosts: web-1, web-2 failed\n$/],
  ["later", 0, /^$/],
  ["exits", 0, /^$/],
  ["exitsAfterFailure", 1, /^re-ops: exec exit 3 on 2 hosts: web-1, web-2 failed\n$/],
  [
    "exitsMeanwhile",
    1,
    /^re-ops: exec sleep 1 on 2 hosts: the program ended .*; nothing of it ran on a host at that moment\n$/,
  ],
  ["throws", 2, /^re-ops: TypeError: no such switch\n +at .*program\.ts:LINE:\d+\n/],
  ["rejects", 2, /^re-ops: SyntaxError: .*\n +at .*program\.ts:LINE:\d+\n/],
  ["broken", 2, /stage 1 gave nothing .*\n +at .*program\.ts:LINE:\d+\n +next: /],
  ["unheard", 2, /stage 1 gave nothing .*\n +at .*program\.ts:LINE:\d+\n +next: /],
  ["uncaught", 2, /^re-ops: RangeError: late\n +at .*program\.ts:LINE:\d+\n/],
  ["absent", 2, /no export named absent\n +at .*program\.ts\n +next: --call one of away, broken/],
];

for (const [name, code, err] of calls) {
  test(`--call ${name} ends with ${code}`, async () => {
    const ended = await shell.reOps("run", "program.ts", "--call", name);
    assert.equal(ended.code, code, ended.err);
    assert.match(ended.err.replace(`:${lineOfExport(name)}:`, ":LINE:"), err);
  });
}

test("words behind -- are given to the export, whatever they look like", async () => {
  const called = ["run", "program.ts", "--json", "--call", "greets", "--", "a b", "--json", "-x"];
  const { out } = await shell.reOps(...called);
  assert.deepEqual((JSON.parse(out) as { value: unknown }).value, ["a b", "--json", "-x"]);
  const listing = await shell.reOps("run", "program.ts", "--call", "listing", "--", "a");
  assert.equal(listing.code, 2);
  assert.match(listing.err, /listing is no function that words .*\n.*\n +next: leave out/u);
});

test("wrong usage and a file that is none end with 2, and say what to do", async () => {
  const cases: readonly [string[], RegExp][] = [
    [[], /say what to do: run or eval/],
    [["frobnicate"], /no command frobnicate/],
    [["run"], /run needs a file/],
    [["run", "absent.ts"], /no such file\n +at .*absent\.ts/],
    [["run", "program.ts", "--frob"], /Unknown option '--frob'/],
    [["run", "program.ts", "other.ts"], /one argument/],
    [["eval"], /eval needs code/],
    [["eval", "1", "--call", "x"], /eval has no --call/],
  ];
  for (const [words, message] of cases) {
    const { code, out, err } = await shell.reOps(...words);
    assert.equal(code, 2, words.join(" "));
    assert.equal(out, "");
    assert.match(err, message);
  }
});

test("a syntax error, a missing import and a name that re-ops has not are told at their place", async () => {
  const files: readonly [string, RegExp][] = [
    ["export const main = () => {\n  return 1 +;\n};\n", /SyntaxError.*\n +at .*broken\.ts:2:13/],
    ['import "./absent.ts";\n', /absent\.ts' imported from .*broken\.ts/],
    ['import { absent } from "re-ops";\n', /named 'absent'\n +at .*broken\.ts:1:10/],
  ];
  for (const [text, message] of files) {
    await shell.write("broken.ts", text);
    const { code, err } = await shell.reOps("run", "broken.ts");
    assert.equal(code, 2, err);
    assert.match(err, message);
  }
});

test("--help and --version", async () => {
  assertGolden("help", (await shell.reOps("--help")).out);
  assert.match((await shell.reOps("--version")).out, /^\d+\.\d+\.\d+\n$/);
});

test("--json is one document; what the program prints goes to standard error", async () => {
  const document = await shell.json("run", "program.ts");
  const { err, ...rest } = document;
  rest.runs[0]?.hosts.sort((a, b) => a.host.localeCompare(b.host)); // they end as they please
  assert.match(err, /Running names summary/);
  const steady = JSON.stringify(rest, undefined, 2)
    .replaceAll(/"id": "[^"]+"/gu, '"id": "…"')
    .replaceAll(/"ms": [\d.]+/gu, '"ms": 0');
  assertGolden("json-document", `${steady}\n`);
  const talked = await shell.json("run", "program.ts", "--call", "talks");
  assert.deepEqual(talked.value, { answer: 42 });
  assert.equal(talked.err, "to out\nto err\n");
});

test("--json tells mistakes, failed hosts and wrong usage too", async () => {
  const broken = await shell.json("run", "program.ts", "--call", "broken");
  assert.equal(broken.exitCode, 2);
  assert.equal(broken.runs[0]?.state, "broken");
  assert.match(broken.error?.message ?? "", /gave nothing .*program\.ts:\d/);
  const away = await shell.json("run", "program.ts", "--call", "away");
  assert.deepEqual([away.exitCode, away.runs[0]?.state], [1, "failed"]);
  const failed = away.runs[0]?.hosts.find((host) => host.kind !== "success");
  assert.deepEqual([failed?.host, failed?.kind, failed?.code], ["web-2", "exited", 3]);
  assert.equal((await shell.json("run")).exitCode, 2);
});

test("a large document arrives whole", async () => {
  const { runs } = await shell.json("run", "program.ts", "--call", "large");
  for (const host of runs[0]?.hosts ?? []) assert.equal(host.out?.length, 400_000);
});

test("a reader that goes early, as head does, is no mistake of the program", async () => {
  const { child, ended } = shell.start("run", "program.ts", "--call", "chatters");
  child.stdout?.once("data", () => child.stdout?.destroy());
  const { code, err } = await ended;
  assert.deepEqual(
    { code, err },
    { code: 1, err: "re-ops: exec exit 3 on 2 hosts: web-1, web-2 failed\n" },
  );
});

test("import.meta.repl is absent", async () => {
  const { value } = await shell.json("run", "program.ts", "--call", "repl");
  assert.equal(value, "undefined");
});

test("re-ops is this library in a folder where only its types lie, and for packages too", async () => {
  const folder = path.join(shell.folder, "elsewhere");
  const modules = path.join(folder, "node_modules");
  for (const name of ["re-ops", "helper"]) {
    await mkdir(path.join(modules, name), { recursive: true });
    const manifest = { name, type: "module", exports: "./index.js" };
    await writeFile(path.join(modules, name, "package.json"), JSON.stringify(manifest));
  }
  await writeFile(path.join(modules, "re-ops/index.js"), "throw new Error('only types');");
  const helper = 'import { Hosts } from "re-ops"; export const web = new Hosts({}, ["web-1"]);';
  await writeFile(path.join(modules, "helper/index.js"), helper);
  const text = `import { Hosts, ls, run } from "re-ops"; import { web } from "helper";
export const main = () => [web instanceof Hosts, run(ls(web, "/"))] as const;`;
  await writeFile(path.join(folder, "uses.ts"), text);
  const { exitCode, value, runs } = await shell.json("run", "elsewhere/uses.ts");
  assert.equal(exitCode, 0);
  assert.equal((value as unknown[])[0], true);
  assert.equal(runs[0]?.state, "succeeded");
  await rm(folder, { recursive: true });
});

test("its runs are in the journal of the project", async () => {
  const { runs } = await shell.json("run", "program.ts");
  const engine = createEngine({
    stateFolder: stateFolderOf(shell.folder, shell.environment),
    environment: {},
    owner: identifyThisProcess(),
    isAlive,
    onProblem: assert.fail,
  });
  try {
    const found = engine.listRuns(100).find((run) => run.header.id === runs[0]?.id);
    assert.equal(found?.header.state, "succeeded");
    assert.ok(found?.header.place?.file.endsWith("program.ts"));
  } finally {
    await engine.dispose();
  }
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`${signal} stops what runs on the hosts, says so, and ends with 1`, async () => {
    const files = shell.hosts.map((host) => path.join(host.home, "pid"));
    for (const file of files) await rm(file, { force: true });
    const { child, ended } = shell.start("run", "program.ts", "--call", "sleeps");
    const pids = await until("both hosts to sleep", async () => {
      if (!files.every((file) => existsSync(file))) return undefined;
      const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
      return texts.every((text) => text.endsWith("\n")) ? texts.map(Number) : undefined;
    });
    child.kill(signal);
    const { code, out, err } = await ended;
    assert.equal(code, 1);
    assert.match(err, /stopping what runs on the hosts\n(?:.*\n)*re-ops: stopped on 2 hosts\n/);
    assert.match(out, /x web-1 - cancelled .*\n {2}x web-2 - cancelled/);
    for (const pid of pids) assert.equal(await isRunning(pid), false);
  });
}

test("it lives until what the system's ssh has open is closed, whatever became of other hosts", async () => {
  const mixed = 'run(exec(new Hosts({ transport: "openssh" }, ["web-1", "locked"]), "hostname"))';
  for (let round = 0; round < 3; round++) {
    const { code, err } = await shell.reOps("eval", mixed);
    assert.equal(code, 1, err);
    assert.doesNotMatch(err, /unsettled/u);
  }
});

test("only hosts on which something ran are told as stopped", async (t) => {
  const own = await openShell(t);
  const files = own.hosts.map((host) => path.join(host.home, "pid"));
  const { child, ended } = own.start("run", "program.ts", "--call", "queued");
  await until("the first host to sleep", () => files.some((file) => existsSync(file)));
  child.kill("SIGINT");
  assert.match((await ended).err, /re-ops: stopped on 1 host\n/u);
});

test("a second SIGINT leaves at once, also while a host does not answer", async (t) => {
  const own = await openShell(t);
  const { child, ended } = own.start("run", "program.ts", "--call", "sleeps");
  await until("both hosts to sleep", () =>
    own.hosts.every((host) => existsSync(path.join(host.home, "pid"))),
  );
  await own.freeze();
  child.stderr?.once("data", () => child.kill("SIGINT"));
  child.kill("SIGINT");
  const { code, err } = await ended;
  assert.equal(code, 130);
  assert.match(err, /it may still run: look on web-1, web-2\n/u);
});

test("a second SIGINT names the host that has begun, and none that waits for its turn", async (t) => {
  const own = await openShell(t);
  const isBegun = (host: LabHost) => existsSync(path.join(host.home, "pid"));
  const { child, ended } = own.start("run", "program.ts", "--call", "queued");
  const begun = await until("the first host to sleep", () => {
    const index = own.hosts.findIndex(isBegun);
    return index === -1 ? undefined : `web-${index + 1}`;
  });
  await own.freeze();
  child.stderr?.once("data", () => child.kill("SIGINT"));
  child.kill("SIGINT");
  const { err } = await ended;
  assert.ok(err.endsWith(`it may still run: look on ${begun}\n`), err);
});

test("SIGTERM ends a program that runs nothing and never ends, as shells count", async () => {
  const { child, ended } = shell.start("run", "program.ts", "--call", "stuck");
  child.stdout?.once("data", () => child.kill("SIGTERM"));
  assert.equal((await ended).code, 143);
});
