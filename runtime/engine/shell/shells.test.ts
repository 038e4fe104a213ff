// The command line and the stop script under every login shell and every `sh` that they have to work with.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { findProgram } from "../../../test/lab/run-command.ts";
import { processesWith } from "../../../test/support/processes.ts";
import { temporaryFolder } from "../../../test/support/temporary.ts";
import { systemClock } from "../waiting/clock.ts";
import { createLocalTransport } from "../transports/local/local.ts";
import { type ShellEnd, execute } from "./execute.ts";
import { onChannel } from "./script-channel.ts";
import { Interrupted, watchStep } from "./step-watch.ts";

const LOGIN_SHELLS = ["dash", "bash", "zsh", "fish", "tcsh"];
const OTHERS_AS_SH = ["bash", "busybox"];
const CANCELLED = {
  kind: "stopped",
  reason: new Interrupted("cancelled", "cancelled"),
  leftover: { kind: "nothing" },
};

interface Ran {
  readonly end: ShellEnd;
  readonly out: string;
  readonly err: string;
}

/** Runs under a login shell on a machine whose `sh` is that program. */
async function makeRunner(t: TestContext, loginShell: string, asSh: string) {
  const folder = await temporaryFolder(t);
  const nested = path.join(folder, "nested");
  await writeFile(nested, '#!/bin/sh\n/bin/sh "$@"\nexit $?\n', { mode: 0o755 });
  await symlink(await findProgram(asSh), path.join(folder, "sh"));
  const environment = { PATH: `${folder}:${process.env["PATH"] ?? ""}`, HOME: folder };
  const transport = createLocalTransport({
    environment,
    shell: loginShell === "nested" ? nested : await findProgram(loginShell),
  });
  const target = { host: "localhost", auth: {}, connectTimeoutMs: 1000 };
  const { signal: never } = new AbortController();
  const connection = await (await transport.route(target)).connect(1000, never);
  const open = (line: string) => connection.open(line);
  const runScript = async (
    script: string,
    options: {
      signal?: AbortSignal;
      onOutput?: () => void;
      openControl?: (line: string) => ReturnType<typeof open>;
    } = {},
  ): Promise<Ran> => {
    const text = { out: "", err: "" };
    const end = await execute(onChannel(open), script, {
      watch: watchStep({ signal: options.signal ?? never, clock: systemClock }),
      clock: systemClock,
      grace: { termMs: 500, killMs: 2000 },
      openControl: (line) => (options.openControl ?? open)(line),
      onOutput(stream, chunk) {
        text[stream] += chunk.toString();
        options.onOutput?.();
      },
    });
    return { end, ...text };
  };
  return Object.assign(runScript, { open });
}

for (const [loginShell, asSh] of [
  ...LOGIN_SHELLS.map((shell) => [shell, "dash"] as const),
  // One that leads no process group, as behind servers that make none.
  ["nested", "dash"] as const,
  ...OTHERS_AS_SH.map((shell) => ["dash", shell] as const),
]) {
  test(`${loginShell} hands scripts on to ${asSh} as sh`, async (t) => {
    const run = await makeRunner(t, loginShell, asSh);
    const nasty = String.raw`it's "quoted" \ \\ \' $HOME !! {a,b} *`;
    const quoted = `'${nasty.replaceAll("'", String.raw`'\''`)}'`;
    const shown = await run(`printf '%s|' ${quoted}; echo err >&2; exit 3`);
    assert.deepEqual(shown, { end: { kind: "code", code: 3 }, out: `${nasty}|`, err: "err\n" });
    assert.equal((await run('echo "$0 $# $(cat)"; [ $$ = $(($$)) ]')).out, "sh 0 \n");
    const lines = await run("printf '%s|' 'two\n\n  lines' \\\n x\n\ncat <<E\n$0 $# it's\nE\n");
    assert.deepEqual(lines, {
      end: { kind: "code", code: 0 },
      out: "two\n\n  lines|x|sh 0 it's\n",
      err: "",
    });
    const killed =
      loginShell === "nested" ? { kind: "code", code: 143 } : { kind: "signal", signal: "SIGTERM" };
    assert.deepEqual((await run("kill -TERM $$")).end, killed);
    for (const bytes of [20_000, 150_000]) {
      const long = await run(`# ${"x".repeat(bytes)}\ncat; printf '%s|' ${quoted}; exit 4`);
      assert.deepEqual(long, { end: { kind: "code", code: 4 }, out: `${nasty}|`, err: "" });
    }
  });

  test(`${loginShell} with ${asSh} as sh: what is cancelled is gone`, async (t) => {
    const run = await makeRunner(t, loginShell, asSh);
    const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
    const controller = new AbortController();
    const script = `export ${mark}; trap '' TERM; timeout 300 sleep 300 & sleep 300 & echo up; wait; wait`;
    const { end } = await run(script, {
      signal: controller.signal,
      onOutput: () => controller.abort(),
    });
    assert.deepEqual(end, CANCELLED);
    assert.deepEqual(await processesWith(mark), []);
  });
}

test("a daemon that left parent, session and output on purpose goes on", async (t) => {
  const run = await makeRunner(t, "dash", "dash");
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const controller = new AbortController();
  const there = path.join(await temporaryFolder(t), "there");
  const daemon = `setsid sh -c 'touch ${there}; exec sleep 300' >/dev/null 2>&1 </dev/null`;
  const wait = `until [ -e ${there} ]; do sleep 0.02; done`;
  const script = `export ${mark}; (${daemon} &) ; ${wait}; echo up; sleep 300`;
  await run(script, { signal: controller.signal, onOutput: () => controller.abort() });
  const [left, ...more] = await processesWith(mark);
  assert.ok(left);
  assert.deepEqual(more, []);
  process.kill(left, "SIGKILL");
});

test("without /proc ps finds what has left group and session and still has its parent", async (t) => {
  const run = await makeRunner(t, "dash", "dash");
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const controller = new AbortController();
  const own = "setsid sh -c 'trap \"\" TERM; sleep 300; :' >/dev/null 2>&1 </dev/null &";
  const { end } = await run(`export ${mark}; ${own} timeout 300 sleep 300 & echo up; wait`, {
    signal: controller.signal,
    onOutput: () => controller.abort(),
    openControl: (line) => run.open(line.replaceAll("/proc/", "/nowhere/")),
  });
  assert.deepEqual(end, CANCELLED);
  assert.deepEqual(await processesWith(mark), []);
});

test("a command line that no shell understands was not started, and its words are kept", async (t) => {
  const folder = await temporaryFolder(t);
  const run = await makeRunner(t, "false", "dash");
  assert.deepEqual((await run(`touch ${folder}/never`)).end, {
    kind: "notStarted",
    exit: { code: 1 },
    noise: "",
  });
});
