// The same file as a plain script, `node FILE.ts`: its engine comes by its first run, and it ends by itself.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { until } from "../../support/until.ts";
import { lastFirst } from "../../support/temporary.ts";
import { openShell, type Shell } from "./program.ts";

const all = lastFirst({ after });
let shell: Shell;

before(async () => {
  shell = await openShell(all);
});

async function script(text: string) {
  const head = 'import { exec, Hosts, ls, pick, pretty, run, successful } from "re-ops";\n';
  await shell.write("script.ts", `${head}const web = new Hosts({}, ["web-1", "web-2"]);\n${text}`);
  return shell.node("script.ts");
}

test("it runs, prints, keeps connections, and ends by itself", async () => {
  const { code, out, err } = await script(`
await run(exec(web, "true"), pretty("one"));
await ls(web, "/");
run(exec(web, "true"), pretty("two"));`);
  const summary = (title: string) => `\nRunning ${title} summary:\n\n  ✔ web-1\n  ✔ web-2\n\n`;
  assert.deepEqual({ code, out, err }, { code: 0, out: summary("one") + summary("two"), err: "" });
});

test("1 when any host failed, picked away or not; the program's own code counts more", async () => {
  const away = "run(exec(web, '[ $RE_OPS_HOST = host-127-0-1-1 ]'), pick(successful));";
  assert.equal((await script(away)).code, 1);
  assert.equal((await script(`${away} process.exitCode = 5;`)).code, 5);
  assert.equal((await script("run(ls(web, '/'), pick(() => false));")).code, 0);
});

test("2 for a mistake in the program", async () => {
  const broken = await script("await run(ls(web, '/'),\n  () => undefined as never);");
  assert.equal(broken.code, 2);
  assert.match(broken.err, /stage 1 gave nothing .*script\.ts:4/);
  assert.equal((await script("run(ls(web, '/'), () => undefined as never);")).code, 2);
  assert.equal((await script("await ls(web, '/'); null.x;")).code, 2);
});

test("a file that only describes opens nothing and writes nothing", async () => {
  const { code } = await script("export const listing = ls(web, '/');");
  assert.equal(code, 0);
  const only = await script("if (import.meta.repl) ls(web, '/');");
  assert.equal(only.code, 0);
});

test("SIGINT stops what runs on the hosts before the script ends", async () => {
  const text = "await run(exec(web, 'touch ~/begun; sleep 300'), pretty('long'));";
  const head = 'import { exec, Hosts, pretty, run } from "re-ops";\n';
  await shell.write("long.ts", `${head}const web = new Hosts({}, ["web-1", "web-2"]);\n${text}`);
  const { child, ended } = shell.startNode("long.ts");
  await until("both hosts to sleep", () =>
    shell.hosts.every((host) => existsSync(path.join(host.home, "begun"))),
  );
  child.kill("SIGINT");
  const { code, out, err } = await ended;
  assert.equal(code, 130);
  assert.match(err, /stopped on 2 hosts/);
  assert.match(out, /x web-1 - cancelled/);
});
