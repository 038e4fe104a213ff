// The journal tells what happened: also of a process that died in the middle, whose hosts are then unknown, never running.
import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import type { StepDescription } from "../../port.ts";
import { temporaryFolder } from "../../../test/support/temporary.ts";
import { RunRecords } from "../runs/run-list.ts";
import { Journal } from "./journal.ts";
import type { Owner } from "./owner.ts";

const owner: Owner = { pid: 4711, startedAt: "99" };

test("a run reads back as it was written, newest first", async (t) => {
  const journal = await openJournal(t);
  journal.startRun({ id: "old", title: "ls / on 1 host" }, 1000);
  journal.endRun("old", "succeeded", undefined, 1500);
  journal.startRun(
    {
      id: "new",
      title: "ls / on 2 hosts",
      place: { file: "/a.ts", line: 3, column: 5 },
      evaluationId: "e",
      parentId: "old",
    },
    2000,
  );
  journal.startStep(step("new", ["a", "b"]), 2000);
  const value = { out: "x", err: "", code: 0, cut: 7 };
  journal.endHost("new", 0, { host: "a", kind: "success", value, ms: 12 }, 7, 2012);
  journal.endHost(
    "new",
    0,
    {
      host: "b",
      kind: "exited",
      step: "ls /",
      message: "exited with code 2",
      next: "look",
      code: 2,
    },
    0,
    2013,
  );
  journal.endRun("new", "failed", undefined, 2020);
  const [newest, oldest] = journal.newestRuns(10);
  assert.deepEqual(newest?.header, {
    id: "new",
    title: "ls / on 2 hosts",
    state: "failed",
    startedAt: 2000,
    ms: 20,
    step: "ls /",
    counts: { total: 2, ok: 1, failed: 1, running: 0 },
    place: { file: "/a.ts", line: 3, column: 5 },
    evaluationId: "e",
    parentId: "old",
  });
  assert.deepEqual(newest.hosts, [
    { host: "a", state: "success", step: "ls /", ms: 12, code: 0, cut: 7 },
    {
      host: "b",
      state: "exited",
      step: "ls /",
      code: 2,
      message: "exited with code 2",
      next: "look",
    },
  ]);
  assert.equal(oldest?.header.ms, 500);
});

test("a run whose owner is dead is unknown where no end was written; a living owner's goes on", async (t) => {
  const journal = await openJournal(t);
  journal.startRun({ id: "run", title: "ls / on 2 hosts" }, 1000);
  journal.startStep(step("run", ["a", "b"]), 1000);
  const value = { out: "", err: "", code: 0, cut: 0 };
  journal.endHost("run", 0, { host: "a", kind: "success", value, ms: 1 }, 0, 1001);
  const asked: Owner[] = [];
  const [lost] = new RunRecords().merge(journal.newestRuns(1), (who) => {
    asked.push(who);
    return false;
  });
  assert.deepEqual(asked, [owner]);
  assert.equal(lost?.header.state, "unknown");
  assert.deepEqual(lost.header.counts, { total: 2, ok: 1, failed: 1, running: 0 });
  assert.deepEqual(
    lost.hosts.map((host) => host.state),
    ["success", "unknown"],
  );
  const [alive] = new RunRecords().merge(journal.newestRuns(1), () => true);
  assert.deepEqual(
    alive?.hosts.map((host) => host.state),
    ["success", "running"],
  );
});

test("a damaged journal is refused by its name, with what to do", async (t) => {
  const folder = await temporaryFolder(t);
  writeFileSync(join(folder, "journal.sqlite"), "no database at all, whoever wrote this");
  assert.throws(() => new Journal(folder, owner), /journal\.sqlite cannot be used: .*; .*move it/);
});

test("two processes write one journal, and a newer journal is refused with what to do", async (t) => {
  const folder = await temporaryFolder(t);
  const first = new Journal(folder, owner);
  const second = new Journal(folder, { pid: 4712, startedAt: "100" });
  first.startRun({ id: "1", title: "one" }, 1);
  second.startRun({ id: "2", title: "two" }, 2);
  assert.deepEqual(
    first.newestRuns(10).map((run) => [run.header.id, run.owner.pid]),
    [
      ["2", 4712],
      ["1", 4711],
    ],
  );
  first.close();
  second.close();
  const database = new DatabaseSync(join(folder, "journal.sqlite"));
  database.exec("PRAGMA user_version = 99");
  database.close();
  assert.throws(() => new Journal(folder, owner), /newer Re-ops .*update/);
});

test("nobody else may read the folder of the journal", async (t) => {
  const folder = join(await temporaryFolder(t), "state");
  new Journal(folder, owner).close();
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

async function openJournal(t: TestContext): Promise<Journal> {
  const journal = new Journal(await temporaryFolder(t), owner);
  t.after(() => {
    journal.close();
  });
  return journal;
}

function step(runId: string, hosts: readonly string[]): StepDescription {
  return {
    runId,
    index: 0,
    label: "ls /",
    operation: "ls",
    script: "ls /",
    answers: [],
    target: { auth: {}, hosts, limits: {} },
  };
}
