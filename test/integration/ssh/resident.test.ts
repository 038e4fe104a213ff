// The resident shell: one script cannot be told from one on a channel of its own, and none can change the next.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { test } from "node:test";
import * as fc from "fast-check";
import { systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { nobody } from "../../../runtime/engine/questions/question.ts";
import { killAll, processesWith, signal } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { type Ran, makeLabReach, runProgram, startTrustedHost } from "./lab-reach.ts";
import { type Run, startBoth } from "./both-ways.ts";
import { sequence } from "./random-scripts.ts";

const OK = { kind: "exited", code: 0 };

async function shellPid(run: Run): Promise<number> {
  const { out } = await run("echo $PPID");
  const commandLine = await readFile(`/proc/${out.trim()}/cmdline`, "utf8");
  assert.match(commandLine, /^bash\0-p\0-c\0/u, "a resident shell");
  return Number(out);
}

/** Resident shells of this sshd, told by a variable that each of its sessions has. */
async function countShells(mark: string): Promise<number> {
  let count = 0;
  for (const pid of await processesWith(mark)) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (commandLine.startsWith("bash\0-p\0-c\0")) count += 1;
  }
  return count;
}

test("the first script of a connection has a channel, as it may be the only one; a shell runs the others", async (t) => {
  const residentShells = "from the second script";
  const lab = await makeLabReach(t, {}, systemClock, nobody, { residentShells });
  const RE_OPS_SHELLS = randomBytes(8).toString("hex");
  const mark = `RE_OPS_SHELLS=${RE_OPS_SHELLS}`;
  const { sshd, auth } = await startTrustedHost(t, lab, { environment: { RE_OPS_SHELLS } });
  for (const connection of ["the first connection", "one after it"]) {
    const run: Run = (script, more) => lab.run(sshd.host, script, { auth, ...more });
    const parallel = await Promise.all(["exit 1", "exit 2"].map((script) => run(script)));
    assert.deepEqual(
      parallel.map(({ end }) => end),
      [1, 2].map((code) => ({ kind: "exited", code })),
      connection,
    );
    assert.equal(await countShells(mark), 0, connection);
    const shells = [await shellPid(run), await shellPid(run)];
    assert.equal(shells[0], shells[1], connection);
    await sshd.disconnect();
    await until("the connection is gone", () => lab.reach.connectionCount() === 0);
    await until("its shell is gone", async () => (await countShells(mark)) === 0);
  }
});

const STATE = [
  'echo "$0 $# $- $(pwd) $(umask)"',
  "env | grep -v -e '^_=' -e '^SSH_C' | sort",
  "trap",
  "ulimit -a",
  "grep -E '^(Sig|Shd|NSpgid|Cap|Groups|Seccomp)' /proc/self/status | grep -v -e Pnd -e SigQ -e pgid",
  "ls /proc/self/fd | wc -l",
  "readlink /proc/self/fd/0",
  "cat",
  "set | cut -d= -f1 | grep -v '^_$'",
].join("\n");

test("a script finds what it finds on a channel of its own", async (t) => {
  const environment = { n: "exported", LC_ALL: "xx_XX", OLDPWD: "/tmp", SHLVL: "7", reops: "here" };
  const { run, runApart } = await startBoth(t, { environment });
  await shellPid(run);
  const [resident, channel] = [await run(STATE), await runApart(STATE)];
  assert.match(resident.out, /^n=exported$/mu);
  assert.equal(resident.out, channel.out);
  assert.equal(resident.err, channel.err);
});

const changes: Readonly<Record<string, string>> = {
  cwd: "cd /tmp",
  environment: "export HOME=/nowhere PATH=/nowhere LC_ALL=C NEW=1 SHLVL=9; unset USER",
  umask: "umask 077",
  trap: "trap 'echo trapped' EXIT TERM INT; kill -TERM $$",
  "set -e": "set -eux; false",
  "set -m": "set -m",
  exec: "exec sleep 0",
  "exec of streams": "exec >/dev/null 2>&1 </dev/null; exec 5>&1",
  exit: "exit 7",
  "a limit": "ulimit -n 64",
  "a function": "sh() { echo mine; }; alias exec=false; sh",
  "a background child": "sleep 0.2 & echo up",
  "a background child of its own group": "timeout 5 sleep 0.2 & echo up",
  "a background child that writes on": "echo up; { sleep 0.2; echo late; echo later >&2; } &",
  "a background child of a session of its own that writes on":
    "echo up; setsid sh -c 'sleep 0.2; echo late' &",
  "an orphan that holds another descriptor":
    "echo up; (setsid sh -c 'exec 3>&1 >/dev/null 2>&1; sleep 0.2; echo late >&3' &)",
  "a background child with a name that looks like another process's fields": [
    'cd; mkfifo f 2>/dev/null; cp "$(command -v bash)" "a) Z 1 1"',
    "echo up; ./'a) Z 1 1' -c 'read -r -t 0.2 x <>f; echo late' &",
  ].join("; "),
  "its priority": "renice -n 5 -p $$ >/dev/null",
  "input that it reads": "cat; read -r line; echo $?",
  "an error of syntax": "true\n(",
  "no end of line": "printf 'no end'; printf 'none either' >&2",
  "a stopped child": [
    "cd; (until [ -e go ]; do sleep 0.02; done) & kill -STOP $!",
    "(sleep 0.1; kill -CONT $!; : >go) & wait; rm go",
  ].join("; "),
  "a stop of its own": [
    "(until grep -q '^State:.T' /proc/$$/status; do sleep 0.02; done; sleep 0.1; kill -CONT $$) &",
    "kill -STOP $$; echo on; exit 147",
  ].join(" "),
  "a signal": "kill -KILL $$",
  "an interrupt": "kill -INT $$",
  "an exit code like a signal's": "exit 143",
};

test("a script cannot change the next one", async (t) => {
  const { run, runApart } = await startBoth(t);
  const before = await run(STATE);
  for (const [what, script] of Object.entries(changes)) {
    const [resident, channel] = [await run(script), await runApart(script)];
    assert.deepEqual(withoutTimes(resident), withoutTimes(channel), what);
    const after = await run(STATE);
    assert.deepEqual([after.end, after.out, after.err], [before.end, before.out, before.err], what);
  }
});

function withoutTimes({ end, out, err }: Ran) {
  return { end, out, err };
}

test("random scripts, one after another on one shell, end as on channels", async (t) => {
  const { run, runApart } = await startBoth(t);
  await fc.assert(
    fc.asyncProperty(sequence, async (scripts) => {
      const [resident, channel]: [Ran[], Ran[]] = [[], []];
      for (const script of scripts) resident.push(await run(script));
      for (const script of scripts) channel.push(await runApart(script));
      assert.deepEqual(resident.map(withoutTimes), channel.map(withoutTimes));
    }),
    { numRuns: 25 },
  );
});

test("hundreds of short scripts on eight shells: each ends as itself, and its shell takes the next one", async (t) => {
  const { sshd, run } = await startBoth(t);
  const endings: readonly (readonly [string, object])[] = [
    ["exit 143", { code: 143 }],
    ["kill -TERM $$", { signal: "SIGTERM" }],
    [":", { code: 0 }],
    ["kill -KILL $$", { signal: "SIGKILL" }],
  ];
  const worker = async () => {
    const shells = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const [script, end] = endings[i % endings.length] ?? ["", {}];
      const ran = await run(`echo $PPID; ${script}`);
      assert.deepEqual(ran.end, { kind: "exited", ...end }, script);
      shells.add(ran.out);
    }
    return [...shells];
  };
  const used = await Promise.all(Array.from({ length: 8 }, worker));
  assert.ok(new Set(used.flat()).size <= 20, "shells are used again");
  assert.equal(sshd.opened(), 1);
});

test("what can only read what the shell writes has not been left by a script: the shell is used again", async (t) => {
  const { run } = await startBoth(t);
  const first = await shellPid(run);
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  // A child has our output until it has turned its own elsewhere.
  const turned = "until [ /proc/$!/fd/2 -ef /dev/null ]; do :; done";
  const reader = `exec 3</proc/self/fd/1; sleep 300 >/dev/null 2>&1 & ${turned}; echo up`;
  const { out } = await run(`export ${mark}; setsid -w sh -c '${reader}'`);
  assert.equal(out, "up\n");
  const running = await until("it to run", async () => {
    const found = await processesWith(mark);
    return found.length > 0 ? found : undefined;
  });
  t.after(() => killAll(running));
  assert.equal(await shellPid(run), first);
});

test("what a script leaves running goes on, and its output stays with it", async (t) => {
  const { run } = await startBoth(t);
  const first = await shellPid(run);
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const silent = await run(`export ${mark}; sleep 300 >/dev/null 2>&1 & echo up`);
  assert.deepEqual([silent.end, silent.out], [OK, "up\n"]);
  const [left, ...more] = await until("it to run", async () => {
    const running = await processesWith(mark);
    return running.length > 0 ? running : undefined;
  });
  assert.deepEqual(more, []);
  assert.notEqual(
    await shellPid(run),
    first,
    "a shell with something in its session is not used again",
  );
  assert.ok(left);
  signal(left, "SIGKILL");
  const late = await run("echo now; (sleep 0.3; echo late; echo late >&2) & exit 4");
  assert.deepEqual(withoutTimes(late), {
    end: { kind: "exited", code: 4 },
    out: "now\nlate\n",
    err: "late\n",
  });
});

test("a script that kills the shell is unknown, and the next gets a new one", async (t) => {
  const { sshd, run } = await startBoth(t);
  const first = await shellPid(run);
  const { end } = await run("kill -KILL $PPID; sleep 0.1; echo on");
  assert.equal(end.kind, "unknown");
  assert.notEqual(await shellPid(run), first);
  assert.equal(sshd.opened(), 1);
});

test("a shell that died while it waited is replaced without a word", async (t) => {
  const { sshd, run } = await startBoth(t);
  const first = await shellPid(run);
  signal(first, "SIGKILL");
  assert.deepEqual((await run("exit 3")).end, { kind: "exited", code: 3 });
  assert.notEqual(await shellPid(run), first);
  assert.equal(sshd.opened(), 1);
});

test("a cancelled script leaves its shell for the next one", async (t) => {
  const { run } = await startBoth(t);
  const first = await shellPid(run);
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const controller = new AbortController();
  const script = `export ${mark}; (timeout 300 sleep 300 >/dev/null 2>&1 &) ; echo up; sleep 300`;
  const { end } = await run(script, {
    signal: controller.signal,
    onOutput: () => controller.abort(),
  });
  assert.equal(end.kind, "cancelled", JSON.stringify(end));
  assert.deepEqual(await processesWith(mark), []);
  assert.equal(await shellPid(run), first);
});

test("a cancelled script that ends before what it has started leaves its shell for the next one", async (t) => {
  const { run } = await startBoth(t);
  const first = await shellPid(run);
  const controller = new AbortController();
  const slow = "trap 'sleep 0.3; exit' TERM; echo up; sleep 300 & wait";
  const { end } = await run(`sh -c "${slow}" & sleep 300`, {
    signal: controller.signal,
    onOutput: () => controller.abort(),
  });
  assert.equal(end.kind, "cancelled", JSON.stringify(end));
  assert.equal(await shellPid(run), first);
});

test("scripts at the same time get shells of their own, which are kept and given back", async (t) => {
  const mark = `RE_OPS_SHELLS=${randomBytes(8).toString("hex")}`;
  const environment = { RE_OPS_SHELLS: mark.split("=")[1] ?? "" };
  const { lab, sshd, run } = await startBoth(t, { environment, maxSessions: 5 });
  const ends = await Promise.all(Array.from({ length: 12 }, () => run("sleep 0.1; echo $PPID")));
  for (const { end } of ends) assert.deepEqual(end, OK);
  await until("no script", () => lab.reach.channelCount() === 0);
  await until("shells that wait", async () => (await countShells(mark)) > 1);
  // One that needs a channel takes the room of shells that wait.
  const inputs = Array.from({ length: 4 }, () =>
    run("cat >/dev/null; sleep 0.1", { input: () => Readable.from([]) }),
  );
  for (const { end } of await Promise.all(inputs)) assert.deepEqual(end, OK);
  await lab.reach.dispose();
  await until("no shell", async () => (await countShells(mark)) === 0);
  await until("no connection", async () => (await sshd.connections()) === 0);
});

test("the local machine keeps shells, too, and none stays behind", async (t) => {
  const value = randomBytes(8).toString("hex");
  const lab = await makeLabReach(t, { RE_OPS_SHELLS: value });
  const auth = { transport: "local" } as const;
  const run: Run = (script) => lab.run("localhost", script, { auth });
  assert.equal(await shellPid(run), await shellPid(run));
  assert.equal(await countShells(`RE_OPS_SHELLS=${value}`), 1);
  await lab.reach.dispose();
  await until("no shell", async () => (await countShells(`RE_OPS_SHELLS=${value}`)) === 0);
});

test("a shell that waits on this machine keeps no program alive, and ends with one that is killed", async (t) => {
  const value = randomBytes(8).toString("hex");
  const lab = await makeLabReach(t, { RE_OPS_SHELLS: value });
  const { stdout } = await runProgram(lab, "localhost", "echo done", { transport: "local" });
  assert.equal(stdout, "done\n\nexited 1\n");
  const killed = runProgram(lab, "localhost", "kill -KILL $(ps -o ppid= -p $PPID); sleep 0.2", {
    transport: "local",
  });
  await assert.rejects(killed, { signal: "SIGKILL" });
  await until("no shell", async () => (await countShells(`RE_OPS_SHELLS=${value}`)) === 0);
});
