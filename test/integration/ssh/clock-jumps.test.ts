// Clocks that jump, on the host or here: steps, time-outs and cancels know nothing of the time of day.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { runCommand } from "../../lab/run-command.ts";
import { processesWith } from "../../support/processes.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { makeLabReach, startTrustedHost } from "./lab-reach.ts";

const DAY_MS = 86_400_000;

/** A host on which everything that is started sees the time of day shifted by what stands in a file. */
async function startJumpingHost(t: TestContext) {
  const lab = await makeLabReach(t);
  const folder = await temporaryFolder(t);
  const file = path.join(folder, "shift");
  const shift = (by: string) => writeFile(file, `${by}\n`);
  await shift("+0");
  const { sshd, auth } = await startTrustedHost(t, lab, {
    environment: {
      LD_PRELOAD: await findFaketime(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
    },
  });
  const run: typeof lab.run = (host, script, options) =>
    lab.run(host, script, { auth, ...options });
  return { host: sshd.host, home: sshd.hosts[0]?.home ?? "", run, shift };
}

async function findFaketime(): Promise<string> {
  const lines = (await runCommand("dpkg", ["-L", "libfaketime"])).split("\n");
  const library = lines.find((line) => line.endsWith("/libfaketime.so.1"));
  if (library === undefined) throw new Error("the package libfaketime holds no libfaketime.so.1");
  return library;
}

test("a host whose clock jumps ten years, forwards and back, in the middle of a step", async (t) => {
  const { host, home, run, shift } = await startJumpingHost(t);
  const year = new Date().getFullYear();
  const jump = async (by: string, flag: string) => {
    const script = `date +%Y; while [ ! -e ~/${flag} ]; do sleep 0.05; done; date +%Y`;
    let said = "";
    const { end } = await run(host, script, {
      onOutput(_stream, chunk) {
        const isFirst = said === "";
        said += chunk.toString();
        if (isFirst) void shift(by).then(() => writeFile(path.join(home, flag), ""));
      },
    });
    assert.deepEqual(end, { kind: "exited", code: 0 });
    return said.trim().split("\n").map(Number);
  };
  const [before, after = 0] = await jump("+3653d", "forwards");
  assert.equal(before, year);
  assert.ok(after >= year + 10, `it is ${after} there`);
  const [, back = 0] = await jump("-3653d", "back");
  assert.ok(back <= year - 10, `it is ${back} there`);
});

test("what runs on such a host is stopped in our time, and nothing of it is left", async (t) => {
  const { host, run, shift } = await startJumpingHost(t);
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const script = `export ${mark}; trap '' TERM; echo up; sleep 300 & wait; wait`;
  const { end } = await run(host, script, {
    stepTimeoutMs: 500,
    onOutput: () => void shift("-3653d"),
  });
  assert.equal(end.kind, "timedOut", JSON.stringify(end));
  assert.deepEqual(await processesWith(mark), []);
  assert.deepEqual((await run(host, "exit 4")).end, { kind: "exited", code: 4 });
});

test("our own clock jumps a day at every look, forth and back: connections, steps and time-outs do not notice", async (t) => {
  let looks = 0;
  const now = () => Date.now() + (looks++ % 2 === 0 ? DAY_MS : -DAY_MS);
  const lab = await makeLabReach(t, {}, { ...systemClock, now });
  const { sshd, auth } = await startTrustedHost(t, lab);
  for (const code of [0, 3]) {
    assert.deepEqual((await lab.run(sshd.host, `exit ${code}`, { auth })).end, {
      kind: "exited",
      code,
    });
  }
  const slow = await lab.run(sshd.host, "sleep 300", { auth, stepTimeoutMs: 300 });
  assert.equal(slow.end.kind, "timedOut");
  assert.equal(sshd.opened(), 1);
});
