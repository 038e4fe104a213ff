// The types that users get must work as a bare node_modules/re-ops: no tsconfig, nothing else installed, TypeScript 6 and 7.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildTypes } from "../../scripts/build/types.ts";
import { cachedFolder } from "../../scripts/cache-folder.ts";
import { runProgram } from "../../scripts/run-program.ts";
import { temporaryFolder } from "../support/temporary.ts";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

const good = `
import { convert, exec, Hosts, ls, operation, pick, pretty, run, sh, successful } from "re-ops";
import type { Outcome } from "re-ops";
import { go, once, refresh, refreshAll, type RefreshReport, reset, stop } from "re-ops/live";
export const seen = once(() => new Map<string, number>());
export const workflow = async (): Promise<RefreshReport> => {
  await stop();
  await go();
  const { evaluated } = await refresh();
  return evaluated.length === seen.size ? refreshAll() : reset().then(() => refresh());
};
const sandbox = new Hosts({ user: "re-ops", sshKey: "~/.ssh/id_ed25519" }, ["192.168.2.28"]);
export function listing(hs: Hosts) {
  return run(ls(hs, "/", "-la"), pretty());
}
export const uptime = operation("uptime", (flags = "") => sh\`uptime \${flags}\`, { doc: "How long." });
export const piped = () => run(ls(sandbox, "/"), pick(successful), uptime("-p"), pretty("up"));
export async function sizes(): Promise<Outcome<number>> {
  return run(exec(sandbox, "df /"), convert((o) => Number(o.out)));
}
if (import.meta.repl) {
  listing(sandbox);
}
import.meta.dispose?.(async () => listing(sandbox));
`;

const wrong = `
import { Hosts, operation, sh } from "re-ops";
const hs = new Hosts({}, ["a"]);
const uptime = operation("uptime", (flags = "") => sh\`uptime \${flags}\`);
uptime(hs, 42);
`;

test("TypeScript 6 takes what is right and names what is wrong", async (t) => {
  await checkWith(t, path.join(root, "node_modules/typescript/bin/tsc"));
});

test("TypeScript 7 does too", async (t) => {
  const folder = await cachedFolder("typescript/7.0.2", (half) =>
    runProgram("npm", [
      "install",
      "--prefix",
      half,
      "--no-save",
      "--ignore-scripts",
      "typescript@7.0.2",
    ]),
  );
  await checkWith(t, path.join(folder, "node_modules/typescript/bin/tsc"));
});

async function checkWith(t: TestContext, compiler: string): Promise<void> {
  const folder = await temporaryFolder(t);
  const types = path.join(folder, "types");
  await buildTypes(root, types);
  await mkdir(path.join(folder, "node_modules"));
  await cp(types, path.join(folder, "node_modules/re-ops"), { recursive: true });
  await writeFile(path.join(folder, "good.ts"), good);
  await writeFile(path.join(folder, "wrong.ts"), wrong);
  const checkLibraries = ["--noEmit", "--skipLibCheck", "false"];
  assert.equal(await compile(compiler, folder, [...checkLibraries, "good.ts"]), "");
  const complaint = await compile(compiler, folder, [...checkLibraries, "wrong.ts"]);
  assert.match(complaint, /wrong\.ts\(5,12\): error TS2345/u);
  assert.equal(
    complaint
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("wrong.ts")).length,
    1,
  );
}

async function compile(compiler: string, cwd: string, words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [compiler, ...words], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more: string) => (text += more));
  }
  await once(child, "close");
  return text;
}
