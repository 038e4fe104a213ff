// What is kept on disk stays within its bounds: old runs go, then the oldest of too many; those under way never.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { temporaryFolder } from "../../test/support/temporary.ts";
import { systemClock } from "./waiting/clock.ts";
import { Journal } from "./journal/journal.ts";
import type { Owner } from "./journal/owner.ts";
import { USUAL_KEEPING } from "./keeping.ts";
import { createTidying } from "./tidying.ts";

const HOUR_MS = 60 * 60 * 1000;
const NOW = 1_800_000_000_000;
const alive: Owner = { pid: 1, startedAt: "now" };

test("output of old runs is removed, then the oldest until the rest fits; never of a run under way", async (t) => {
  const { tidy, spool, isKept } = await open(t, { outputMegabytes: 1, outputDays: 7 });
  await spool("of last week", { hoursAgo: 8 * 24, bytes: 10 });
  await spool("older", { hoursAgo: 30, bytes: 500_000 });
  await spool("middle", { hoursAgo: 20, bytes: 500_000 });
  await spool("newest", { hoursAgo: 1, bytes: 500_000 });
  await spool("under-way", { hoursAgo: 9 * 24, bytes: 10, owner: alive });
  await spool("crashed", { hoursAgo: 9 * 24, bytes: 10, owner: { pid: 2, startedAt: "then" } });
  await tidy();
  const names = ["of last week", "older", "middle", "newest", "under-way", "crashed"];
  assert.deepEqual(names.filter(isKept), ["middle", "newest", "under-way"]);
});

test("files that vanish meanwhile keep nothing from being removed", async (t) => {
  const { tidy, folder, spool, isKept } = await open(t, { outputDays: 7 });
  await spool("old", { hoursAgo: 8 * 24, bytes: 10 });
  await spool("vanishing", { hoursAgo: 1, bytes: 10 });
  const vanishing = path.join(folder, "spool", "vanishing");
  for (let file = 0; file < 500; file += 1) await writeFile(path.join(vanishing, `${file}`), "x");
  const names = (await readdir(vanishing)).toReversed();
  const tidied = tidy();
  for (const name of names) await rm(path.join(vanishing, name), { recursive: true }); // The last one seen goes first.
  await tidied;
  assert.ok(!isKept("old"));
});

test("runs go from the journal when they are old or too many, but for those under way", async (t) => {
  const { tidy, journal } = await open(t, { runs: 3, runDays: 30 });
  const days = (count: number) => NOW - count * 24 * HOUR_MS;
  const begin = (id: string, at: number) => {
    journal.startRun({ id, title: id }, at);
    const target = { auth: {}, hosts: ["web"], limits: {} };
    const step = { runId: id, index: 0, label: id, operation: id, script: "", answers: [], target };
    journal.startStep(step, at);
    const value = { out: "", err: "", code: 0, cut: 0 };
    journal.endHost(id, 0, { host: "web", kind: "success", value, ms: 1 }, 0, at);
  };
  begin("under way", days(50));
  for (const [id, age] of [
    ["old", 31],
    ["four", 4],
    ["three", 3],
    ["two", 2],
    ["one", 1],
  ] as const) {
    begin(id, days(age));
    journal.endRun(id, "succeeded", undefined, days(age));
  }
  await tidy();
  const kept = journal.newestRuns(10).map(({ header }) => header.id);
  assert.deepEqual(kept, ["one", "two", "three", "under way"]);
  assert.deepEqual(journal.stepsOf("four", "web"), []);
  assert.equal(journal.stepsOf("three", "web").length, 1);
});

test("it is done once an hour, whoever does it", async (t) => {
  const first = await open(t, { outputDays: 7 });
  await first.tidy();
  await first.spool("old", { hoursAgo: 9 * 24, bytes: 1 });
  await first.tidy();
  assert.ok(first.isKept("old"));
  await utimes(path.join(first.folder, "spool", "tidied"), 0, 0);
  await first.tidy();
  assert.ok(!first.isKept("old"));
});

async function open(t: TestContext, keeping: Partial<typeof USUAL_KEEPING>) {
  const folder = await temporaryFolder(t);
  const journal = new Journal(folder, alive);
  t.after(() => {
    journal.close();
  });
  const spoolFolder = path.join(folder, "spool");
  return {
    folder,
    journal,
    /** As another process does it, which knows nothing of when it was done. */
    async tidy() {
      const tidying = createTidying({
        spoolFolder,
        keeping: { ...USUAL_KEEPING, ...keeping },
        clock: { ...systemClock, now: () => NOW },
        journal: () => journal,
        isAlive: ({ pid }) => pid === alive.pid,
        onProblem: assert.fail,
      });
      tidying.begin();
      await tidying.dispose();
      const mark = path.join(spoolFolder, "tidied");
      await utimes(mark, NOW / 1000, NOW / 1000);
    },
    isKept: (name: string) => existsSync(path.join(spoolFolder, name)),
    async spool(name: string, run: { hoursAgo: number; bytes: number; owner?: Owner }) {
      const host = path.join(spoolFolder, name, "0-1-web");
      await mkdir(host, { recursive: true });
      const file = path.join(host, "out");
      await writeFile(file, Buffer.alloc(run.bytes));
      const at = (NOW - run.hoursAgo * HOUR_MS) / 1000;
      await utimes(file, at, at);
      if (run.owner === undefined) return;
      const owned = new Journal(folder, run.owner);
      owned.startRun({ id: name, title: name }, NOW);
      owned.close();
    },
  };
}
