// A program with plain words needs no shell of its own on a resident shell: it must end exactly as behind one.
import assert from "node:assert/strict";
import { chmod, copyFile, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { findProgram, runCommand } from "../../lab/run-command.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { type Run, startBoth } from "./both-ways.ts";
import type { Ran } from "./lab-reach.ts";

const SIGNALS = ["TERM", "INT", "PIPE", "HUP", "KILL", "USR1"];

/** A host with a folder of odd programs first in its PATH, over its resident shells and over channels. */
async function startHost(t: TestContext, more: Readonly<Record<string, string>> = {}) {
  const bin = await temporaryFolder(t);
  await mkdir(path.join(bin, "folder"));
  const basename = await findProgram("basename");
  for (const name of ["program", "chdir", "time", "if", "not-executable", "a.b+c-d"])
    await copyFile(basename, path.join(bin, name));
  await chmod(path.join(bin, "not-executable"), 0o644);
  await symlink("program", path.join(bin, "link"));
  await runCommand("mkfifo", ["-m", "755", path.join(bin, "fifo")]);
  const texts = {
    "with-interpreter": '#!/bin/sh\necho "$0 $*"\n',
    "without-interpreter": 'echo "script $*"\n',
    "broken-interpreter": "#!/nowhere\n",
    empty: "",
    echo: "#!/nowhere\n",
    ...Object.fromEntries(SIGNALS.map((name) => [`die-of-${name}`, `kill -${name} $$\n`])),
  };
  for (const [name, text] of Object.entries(texts))
    await writeFile(path.join(bin, name), text, { mode: 0o755 });
  const environment = { PATH: `${bin}:/usr/bin:/bin`, OLDPWD: "/tmp", SHLVL: "7", ...more };
  const { run, runApart } = await startBoth(t, { environment });
  const dying = SIGNALS.map((name) => `dash ${path.join(bin, `die-of-${name}`)}`);
  return {
    bin,
    all: [...PLAIN, ...OTHERS, ...dying, "timeout -s KILL 0.05 sleep 9"],
    run,
    runApart,
  };
}

const PLAIN = [
  "env",
  "env -u HOME printenv HOME",
  "basename   a:b=c@d%e+f,g-h_i.j   ",
  "program x",
  "a.b+c-d x",
  "link x",
  "time x",
  "program",
  "cat",
  "ls /proc/self/fd",
  "readlink /proc/self/fd/0",
  "cat /proc/self/cmdline",
  "grep -e SigBlk -e SigIgn -e SigCgt -e NoNewPrivs -e Umask -e Seccomp -e CapEff /proc/self/status",
  "cat /proc/self/limits",
  "head -c 300000 /dev/zero",
  "sh -c pwd",
];
const OTHERS = [
  "",
  " ",
  "program x\nprogram y",
  "program x; exit 3",
  "program ~",
  "program $HOME",
  "A=1 env",
  "/usr/bin/basename x",
  "nothing-of-that-name x",
  "not-executable x",
  "folder",
  "with-interpreter x y",
  "without-interpreter x y",
  "broken-interpreter x",
  "empty",
  "chdir /",
  "if x",
  "echo a   b",
  "kill -9 x",
  "exec program x",
  "exit 3",
  "setsid sh -c pwd",
  "nice setsid sh -c pwd",
  "-x",
  "+x",
  "=x",
];
const STRANGE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a usual environment": {},
  "names that no shell has": { "a.b": "1" },
  "words that are split elsewhere": { IFS: "x" },
  "a PATH that only bash expands": { PATH: "~/bin:/usr/bin:/bin" },
};

for (const [what, environment] of Object.entries(STRANGE)) {
  test(`with ${what}, each ends as on a channel`, async (t) => {
    const { all, run, runApart } = await startHost(t, environment);
    for (const script of all)
      assert.deepEqual(seen(await run(script)), seen(await runApart(script)), script);
  });
}

test("where sh is not dash, each ends as on a channel", async (t) => {
  const { all, bin, run, runApart } = await startHost(t);
  await symlink(await findProgram("bash"), path.join(bin, "sh"));
  for (const script of all)
    assert.deepEqual(seen(await run(script)), seen(await runApart(script)), script);
});

test("a program with plain words needs no shell of its own, all others have one", async (t) => {
  const { bin, run } = await startHost(t);
  await symlink(await findProgram("dash"), path.join(bin, "sh"));
  await run("true");
  await rm(path.join(bin, "sh"));
  await writeFile(path.join(bin, "sh"), "#!/bin/dash\necho a shell\n", { mode: 0o755 });
  const hasShell = async (script: string) => (await run(script)).out.includes("a shell\n");
  for (const script of PLAIN) assert.equal(await hasShell(script), script === "sh -c pwd", script);
  const untold = ["pgrep -f words", "nice pkill -f words", "fifo"];
  for (const script of [...OTHERS, ...untold]) assert.equal(await hasShell(script), true, script);
});

test("a program that is stopped says nothing of it, as on a channel", async (t) => {
  const { bin, run, runApart } = await startHost(t);
  await writeFile(path.join(bin, "text"), "up\n");
  const stop = async (way: Run) => {
    const controller = new AbortController();
    const heard: string[] = [];
    const { end } = await way(`tail -f ${path.join(bin, "text")}`, {
      signal: controller.signal,
      onOutput: (_stream, chunk) => {
        heard.push(chunk.toString());
        controller.abort();
      },
    });
    return { kind: end.kind, heard };
  };
  assert.deepEqual(await stop(run), { kind: "cancelled", heard: ["up\n"] });
  assert.deepEqual(await stop(runApart), { kind: "cancelled", heard: ["up\n"] });
});

test("a program that was replaced is found anew each time", async (t) => {
  const { bin, run } = await startHost(t);
  assert.equal((await run("program /a/b")).out, "b\n");
  await rm(path.join(bin, "program"));
  assert.match((await run("program /a/b")).err, /^sh: 1: program: not found\n$/u);
  await copyFile(await findProgram("dirname"), path.join(bin, "program"));
  assert.equal((await run("program /a/b")).out, "/a\n");
});

/** Without what differs between two sessions or two times, and in no order where it has none. */
function seen({ end, out, err }: Ran) {
  const isOfItsSession = (line: string) => /^(?:_|SSH_C\w*)=/u.test(line);
  const lines = out.split("\n").filter((line) => !isOfItsSession(line));
  return { end, out: lines.sort(), err: err.replaceAll(/\d+(?:\.\d+)?/gu, "0") };
}
