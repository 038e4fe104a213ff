// The npm tarball of `re-ops`, installed into an empty folder without a network: command line, plain scripts and types.
import assert from "node:assert/strict";
import { access, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { makeTarball } from "../../scripts/package.ts";
import { runProgram } from "../../scripts/run-program.ts";
import { type CommandLine, commandLine } from "../support/cli.ts";
import { startLocalRegistry } from "../support/local-registry.ts";
import { lastFirst, temporaryFolder } from "../support/temporary.ts";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const all = lastFirst({ after });
let shell: CommandLine;
let folder: string;

before(async () => {
  const tarball = await makeTarball();
  const registry = await startLocalRegistry(all, [path.join(root, "runtime"), root]);
  folder = await temporaryFolder(all);
  const cache = await temporaryFolder(all);
  const words = ["--ignore-scripts", "--no-audit", "--no-fund", "--cache", cache];
  await runProgram("npm", ["install", ...words, "--registry", registry, tarball], { cwd: folder });
  shell = await commandLine(all, { npm_config_update_notifier: "false" });
});

const run = (program: string, ...words: string[]) =>
  shell.startProgram(program, words, { cwd: folder }).ended;

const reOps = (...words: string[]) => run(path.join(folder, "node_modules/.bin/re-ops"), ...words);

test("npx re-ops evaluates", async () => {
  const { code, out, err } = await run("npx", "--no-install", "re-ops", "eval", "1+1");
  assert.deepEqual({ code, out, err }, { code: 0, out: "2\n", err: "" });
});

test("it runs on hosts, and --json is there", async () => {
  const code = "run(exec(new Hosts({ transport: 'local' }, ['here']), 'echo hi'), pretty())";
  const { out, err } = await reOps("eval", code, "--json");
  const { runs } = JSON.parse(out) as { runs: { hosts: { out: string }[] }[] };
  assert.equal(runs[0]?.hosts[0]?.out, "hi\n", err);
});

test("a plain script and re-ops run use it, and a mistake is told at its place", async () => {
  const script = `import { exec, Hosts, pretty, run } from "re-ops";
export const main = () => run(exec(new Hosts({ transport: "local" }, ["here"]), "true"), pretty());
export const broken = () => run(exec(new Hosts("here" as never), "true"));
if (process.argv[1] === import.meta.filename) await main();
`;
  await writeFile(path.join(folder, "fleet.ts"), script);
  const summary = "\nRun summary:\n\n  ✔ here\n\n";
  assert.equal((await run(process.execPath, "--no-warnings", "fleet.ts")).out, summary);
  assert.equal((await reOps("run", "fleet.ts")).out, summary);
  const { code, err } = await reOps("run", "fleet.ts", "--call", "broken");
  assert.equal(code, 2);
  assert.match(err, /fleet\.ts:3:\d+\n/u);
});

test("its types say what is wrong", async () => {
  const text = 'import { Hosts, ls } from "re-ops";\nls(new Hosts({}, ["a"]), 42);\n';
  await writeFile(path.join(folder, "wrong.ts"), text);
  const compiler = path.join(root, "node_modules/typescript/bin/tsc");
  const words = ["--noEmit", "--module", "nodenext", "wrong.ts"];
  const { code, out } = await run(process.execPath, compiler, ...words);
  assert.notEqual(code, 0);
  assert.match(out, /^wrong\.ts\(2,1\): error TS2769/u);
});

test("it brings nothing that only the checkout needs, and all that its package.json names", async () => {
  const installed = path.join(folder, "node_modules/re-ops");
  const files = await readdir(installed, { recursive: true });
  const strange = files.filter(
    (file) => !/^[^.]+$|\.js$|\.d\.ts$|^package\.json$|^README\.md$/u.test(file),
  );
  assert.deepEqual(strange, []);
  assert.ok(files.includes("LICENSE") && files.includes("README.md"));
  for (const file of files.filter((one) => one.endsWith(".js"))) {
    const text = await readFile(path.join(installed, file), "utf8");
    assert.equal(text.includes(root), false, file);
  }
  const text = await readFile(path.join(installed, "package.json"), "utf8");
  assert.equal(text.includes("devDependencies"), false);
  for (const [, file = ""] of text.matchAll(/(?:: |^ +)"(\.\/[^"]+)",?$/gmu)) {
    await access(path.join(installed, file));
  }
});
