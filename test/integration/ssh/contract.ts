// What holds for a script on a host whatever the transport: the suite that every transport has to pass.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import * as fc from "fast-check";
import type { Auth } from "../../../runtime/describe/hosts/hosts.ts";
import { systemClock } from "../../../runtime/engine/waiting/clock.ts";
import type { ResidentShells } from "../../../runtime/engine/connections/reach.ts";
import { nobody } from "../../../runtime/engine/questions/question.ts";
import { sh } from "../../../runtime/describe/script/script.ts";
import { isRunning, processesWith } from "../../support/processes.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { type LabReach, makeLabReach } from "./lab-reach.ts";

/** Makes one host ready and says how it is reached. */
export type StartHost = (t: TestContext, lab: LabReach) => Promise<{ host: string; auth: Auth }>;

/** Over resident shells alone, and with a channel for each script; `usual`: also as users have it, the first script on a channel. */
export function testTransportContract(
  transport: string,
  startHost: StartHost,
  { usual = false } = {},
): void {
  if (usual) testPath(`${transport}, as usual`, startHost, "from the second script");
  testPath(transport, startHost, "from the first script");
  testPath(`${transport}, channels`, startHost, "none");
}

function testPath(name: string, startHost: StartHost, residentShells: ResidentShells): void {
  const start = async (t: TestContext) => {
    const lab = await makeLabReach(t, {}, systemClock, nobody, { residentShells });
    const { host, auth } = await startHost(t, lab);
    const run: LabReach["run"] = (_host, script, options) =>
      lab.run(host, script, { auth, ...options });
    return {
      lab,
      run: (script: string, options?: Parameters<LabReach["run"]>[2]) => run(host, script, options),
    };
  };

  test(`${name}: scripts run where they should`, async (t) => {
    const { run } = await start(t);
    const [first, second] = [(await run("echo $PPID")).out, (await run("echo $PPID")).out];
    const shell = await run("tr '\\0' ' ' </proc/$PPID/cmdline");
    if (residentShells === "from the first script") assert.equal(first, second);
    if (residentShells === "from the second script") assert.notEqual(first, second);
    if (residentShells === "none") assert.doesNotMatch(shell.out, /^bash -p -c/u);
    else assert.match(shell.out, /^bash -p -c/u);
  });

  test(`${name}: exit codes and signals are told apart`, async (t) => {
    const { run } = await start(t);
    for (const code of [0, 1, 2, 127, 255]) {
      assert.deepEqual((await run(`exit ${code}`)).end, { kind: "exited", code });
    }
    assert.deepEqual((await run("no-such-command-here")).end, { kind: "exited", code: 127 });
    for (const signal of ["TERM", "KILL", "SEGV"]) {
      const { end } = await run(`kill -${signal} $$`);
      assert.deepEqual(end, { kind: "exited", signal: `SIG${signal}` });
    }
  });

  test(`${name}: a script is plain sh: nothing of ours is in it, and its input is empty`, async (t) => {
    const { run } = await start(t);
    const script = 'echo "$0 $#"; cat; set | grep -c RE_OPS_MARK; read -r line || echo "no input"';
    assert.equal((await run(script)).out, "sh 0\n0\nno input\n");
    const mistake = await run("true\n(");
    assert.deepEqual(mistake.end, { kind: "exited", code: 2 });
    assert.match(mistake.err, /^sh: (?:line )?2: /u);
  });

  test(`${name}: both streams come while the command runs, in their order`, async (t) => {
    const { run } = await start(t);
    const folder = await temporaryFolder(t);
    const came = (word: string) => `until [ -e ${folder}/${word} ]; do sleep 0.02; done`;
    const script = `for i in 1 2 3; do echo o$i; ${came("o$i")}; echo e$i >&2; ${came("e$i")}; done`;
    const chunks: string[] = [];
    const { end } = await run(script, {
      onOutput(stream, chunk) {
        chunks.push(`${stream} ${chunk.toString()}`);
        return writeFile(path.join(folder, chunk.toString().trim()), "");
      },
    });
    assert.deepEqual(end, { kind: "exited", code: 0 });
    assert.deepEqual(chunks, [
      "out o1\n",
      "err e1\n",
      "out o2\n",
      "err e2\n",
      "out o3\n",
      "err e3\n",
    ]);
  });

  test(`${name}: every byte arrives as it was written`, async (t) => {
    const { run } = await start(t);
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
    const got: Buffer[] = [];
    await run(`printf '${octal}'`, { onOutput: (_stream, chunk) => got.push(chunk) });
    assert.deepEqual(Buffer.concat(got), bytes);
    assert.equal((await run("echo 'Grüße, 世界 🌍'; printf Ende")).out, "Grüße, 世界 🌍\nEnde");
  });

  test(`${name}: 100 MB of output arrive whole`, async (t) => {
    const { run } = await start(t);
    const hash = createHash("sha256");
    let size = 0;
    const script = "head -c 100000000 /dev/zero | tr '\\0' x; echo end >&2";
    const { end } = await run(script, {
      onOutput(stream, chunk) {
        if (stream === "err") return;
        size += chunk.length;
        hash.update(chunk);
      },
    });
    assert.deepEqual(end, { kind: "exited", code: 0 });
    assert.equal(size, 100_000_000);
    const expected = createHash("sha256").update("x".repeat(100_000_000)).digest("hex");
    assert.equal(hash.digest("hex"), expected);
  });

  test(`${name}: a host waits while nobody takes its output, and loses none of it`, async (t) => {
    const { run } = await start(t);
    const counter = path.join(await temporaryFolder(t), "written");
    const megabytesWritten = async () => Number((await run(`cat ${counter} || echo 0`)).out);
    const room = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<void>();
    let size = 0;
    const script = `for i in $(seq 100); do head -c 1000000 /dev/zero; echo $i > ${counter}; done`;
    const done = run(script, {
      onOutput(stream, chunk) {
        if (stream === "out") size += chunk.length;
        waiting.resolve();
        return room.promise;
      },
    });
    await waiting.promise;
    let before = -1;
    for (let now = 0; now !== before;) {
      before = now;
      await run("sleep 0.3");
      now = await megabytesWritten();
    }
    assert.ok(before < 50, `the host wrote ${String(before)} MB that nobody took`);
    room.resolve();
    assert.deepEqual((await done).end, { kind: "exited", code: 0 });
    assert.equal(size, 100_000_000);
  });

  test(`${name}: what is given as input arrives whole, and ends`, async (t) => {
    const { run } = await start(t);
    const bytes = randomBytes(5_000_000);
    const input = () => Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]);
    const expected = createHash("sha256").update(bytes).digest("hex");
    assert.equal((await run("sha256sum; cat", { input })).out, `${expected}  -\n`);
    const tooMuch = await run("head -c 3", { input });
    assert.deepEqual(tooMuch.end, { kind: "exited", code: 0 });
    const broken = () => Readable.from(fail(bytes));
    assert.equal((await run("wc -c", { input: broken })).out.trim(), "5000000");
  });

  test(`${name}: hostile words stay what they are, also in a script longer than a command line`, async (t) => {
    const { run } = await start(t);
    const nasty = fc.constantFrom(
      "'",
      '"',
      "\\",
      "$(id)",
      "`id`",
      "\n",
      "!",
      "--",
      "*",
      "ß",
      "%s",
      "\r",
      ";",
      "#",
    );
    const text = fc.oneof(
      fc
        .array(fc.oneof(nasty, fc.string({ maxLength: 5 })), { maxLength: 8 })
        .map((list) => list.join("")),
      fc.string({ unit: "binary", maxLength: 30 }),
    );
    const words = fc.array(
      text.map((one) => one.replaceAll("\0", "")),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(words, fc.boolean(), async (list, long) => {
        const padding = long ? "#".repeat(150_000) : "";
        const script = `${sh`printf '<%s>' ${list}`.text}\n${padding}`;
        const { out } = await run(script);
        assert.equal(out, list.map((one) => `<${one.toWellFormed()}>`).join(""));
      }),
      { numRuns: 30 },
    );
  });

  test(`${name}: a cancelled command is gone, whatever it does about it`, async (t) => {
    const { run } = await start(t);
    const stubborn = "trap '' TERM INT HUP;";
    const scripts = {
      "a sleep": "echo up; sleep 300",
      "one that ignores TERM": `${stubborn} echo up; while :; do sleep 1; done`,
      "a tree of children":
        "sh -c 'sleep 300 & sh -c \"sleep 300 & wait\" & wait' & (sleep 300) & echo up; wait",
      "children that ignore TERM": `sh -c "${stubborn} echo up; sleep 300 & wait; sleep 300"`,
      "one in a group of its own": "echo up; timeout 300 sleep 300",
      "one in the background": "sleep 300 >/dev/null 2>&1 & echo up; sleep 300",
      "one that is stopped": "echo up; kill -STOP $$; sleep 300",
      "one that floods": "echo up; yes",
    };
    await Promise.all(
      Object.entries(scripts).map(async ([what, script]) => {
        const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
        const controller = new AbortController();
        const { end } = await run(`export ${mark}\n${script}`, {
          signal: controller.signal,
          onOutput: () => controller.abort(),
        });
        assert.equal(end.kind, "cancelled", what);
        assert.match("message" in end ? end.message : "", /its process group is gone$/u, what);
        assert.deepEqual(await processesWith(mark), [], what);
      }),
    );
  });

  test(`${name}: a step that takes too long is stopped and timedOut`, async (t) => {
    const { run } = await start(t);
    const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
    const { end, out } = await run(`export ${mark}; echo begun; sleep 300`, {
      stepTimeoutMs: 2000,
    });
    assert.equal(end.kind, "timedOut");
    assert.match(
      "message" in end ? end.message : "",
      /^timed out after 2 s while running \(.+\); its process group/u,
    );
    assert.equal(out, "begun\n");
    assert.deepEqual(await processesWith(mark), []);
  });

  test(`${name}: what was cancelled before its start never starts`, async (t) => {
    const { lab, run } = await start(t);
    const { end } = await run("touch ~/never", { signal: AbortSignal.abort() });
    assert.equal(end.kind, "cancelled");
    assert.match("message" in end ? end.message : "", /nothing was started/u);
    const controller = new AbortController();
    const ran = run("touch ~/never; sleep 300", { signal: controller.signal });
    await lab.reach.dispose();
    assert.equal((await ran).end.kind, "cancelled");
  });

  test(`${name}: what disposing stops is gone`, async (t) => {
    const { lab, run } = await start(t);
    const { promise: begun, resolve } = Promise.withResolvers<number>();
    const ran = run("echo $$; sleep 300", {
      onOutput: (_stream, chunk) => resolve(Number(chunk.toString())),
    });
    const pid = await begun;
    assert.equal(await isRunning(pid), true);
    await lab.reach.dispose();
    assert.equal((await ran).end.kind, "cancelled");
    assert.equal(await isRunning(pid), false);
    await until("no connection to be counted", () => lab.reach.connectionCount() === 0);
  });
}

async function* fail(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
  await Promise.reject(new Error("the rest cannot be read"));
}
