// What every binding of the engine port must do, whoever is on its other side.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync, globSync } from "node:fs";
import { readFile, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { secret, sh } from "../../../runtime/public.ts";
import type { Engine } from "../../../runtime/engine/engine.ts";
import type { EnginePort, StepDescription, StepResult } from "../../../runtime/port.ts";
import { findRefusedPort } from "../../lab/silent-server.ts";
import { isRunning } from "../../support/processes.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";

export type Binding = {
  port: EnginePort;
  /** The engine that the port leads to, as its other clients see it. */
  engine: Engine;
};

type Hosts = StepDescription["target"];

const localhost: Hosts = { auth: { transport: "local" }, hosts: ["one", "two"], limits: {} };

export function testPort(name: string, open: (t: Ending) => Promise<Binding>): void {
  test(`${name}: a run is there before its first step, and ends as it is told`, async (t) => {
    const { port, engine } = await open(t);
    const id = await begin(port, {
      title: "a title",
      place: { file: "/a.ts", line: 3, column: 1 },
    });
    const [started] = engine.listRuns(5);
    assert.equal(started?.header.id, id);
    assert.equal(started?.header.title, "a title");
    assert.equal(started?.header.state, "running");
    assert.deepEqual(started?.header.place, { file: "/a.ts", line: 3, column: 1 });
    await port.endRun({ runId: id, verdict: "broken", message: "a mistake" });
    const [ended] = engine.listRuns(5);
    assert.equal(ended?.header.state, "broken");
    assert.equal(ended?.header.message, "a mistake");
  });

  test(`${name}: each host ends once, with what its command left`, async (t) => {
    const { port } = await open(t);
    const results = await runOnce(port, "printf 'ä\\n'; printf e >&2");
    const left = { out: "ä\n", err: "e", code: 0, cut: 0 };
    assert.deepEqual(new Set(results.map((one) => one.host)), new Set(["one", "two"]));
    for (const one of results) assert.deepEqual(one.kind === "success" && one.value, left);
    assert.equal(results.length, 2);
  });

  test(`${name}: exit codes and signals are failures, but for those that are an answer`, async (t) => {
    const { port } = await open(t);
    const one = { ...localhost, hosts: ["one"] };
    const [failed] = await runOnce(port, "echo why >&2; exit 3", { target: one });
    assert.ok(failed && failed.kind !== "success");
    const { kind, code, err, step } = failed;
    assert.deepEqual(
      { kind, code, err, step },
      { kind: "exited", code: 3, err: "why\n", step: "x" },
    );
    assert.match(failed.message, /code 3: why/);
    const [killed] = await runOnce(port, "kill -KILL $$", { target: one });
    assert.ok(killed && killed.kind === "exited");
    assert.match(String(killed.signal), /KILL/);
    const [answer] = await runOnce(port, "exit 3", { target: one, answers: [3] });
    assert.ok(answer?.kind === "success" && "code" in answer.value);
    assert.equal(answer.value.code, 3);
  });

  test(`${name}: a host that cannot be reached is told with what to do next`, async (t) => {
    const { port } = await open(t);
    const refused = await findRefusedPort();
    const target = { auth: { port: refused.port }, hosts: [refused.host], limits: {} };
    const [result] = await runOnce(port, "true", { target });
    assert.ok(result && result.kind === "unreachable", JSON.stringify(result));
    assert.notEqual(result.next, "");
  });

  test(`${name}: a quick host is told of before a slow one ends`, async (t) => {
    const { port } = await open(t);
    const folder = await temporaryFolder(t);
    const go = path.join(folder, "go");
    const script = `mkdir ${folder}/first && exit; while [ ! -e ${go} ]; do sleep 0.05; done`;
    const id = await begin(port);
    const results: StepResult[] = [];
    const step = port.runStep(describe(id, script), (some) => results.push(...some));
    await until("the quick host's end", () => results.length === 1);
    await runOnce(port, `touch ${go}`);
    await step;
    assert.equal(results.length, 2);
  });

  test(`${name}: copies go both ways, with all that is asked of them`, async (t) => {
    const { port } = await open(t);
    const folder = await temporaryFolder(t);
    const [local, remote] = [path.join(folder, "a"), path.join(folder, "b")];
    await writeFile(local, "text");
    await utimes(local, 1_000_000, 1_234_567);
    const target = { ...localhost, hosts: ["one"] };
    const into = { direction: "into", local, remote, mode: 0o604, times: true } as const;
    const [there] = await runOnce(port, "", { target, transfer: into });
    assert.ok(there?.kind === "success", JSON.stringify(there));
    assert.deepEqual(there.value, { path: remote, files: 1, bytes: 4, skipped: [] });
    const { mode, mtimeMs } = await stat(remote);
    assert.deepEqual([mode & 0o777, mtimeMs], [0o604, 1_234_567_000]);
    const from = { direction: "from", local: folder, remote } as const;
    const [here] = await runOnce(port, "", { target, transfer: from });
    assert.ok(here?.kind === "success", JSON.stringify(here));
    const copy = path.join(folder, "one/b");
    assert.deepEqual(here.value, { path: copy, files: 1, bytes: 4, skipped: [] });
    assert.equal(await readFile(copy, "utf8"), "text");
    const [none] = await runOnce(port, "", { target, transfer: { ...from, remote: "/no/such" } });
    assert.ok(none && none.kind === "exited" && /there is no/u.test(none.message));
  });

  test(`${name}: runs side by side, with steps of the same number, do not mix`, async (t) => {
    const { port } = await open(t);
    const outs = await Promise.all(
      ["a", "b", "c"].map(async (word) =>
        (await runOnce(port, `sleep 0.1; echo ${word}`)).map(
          (one) => one.kind === "success" && "out" in one.value && one.value.out,
        ),
      ),
    );
    assert.deepEqual(outs, [
      ["a\n", "a\n"],
      ["b\n", "b\n"],
      ["c\n", "c\n"],
    ]);
  });

  test(`${name}: no hosts end at once; a run that never began has no steps`, async (t) => {
    const { port } = await open(t);
    assert.deepEqual(await runOnce(port, "true", { target: { ...localhost, hosts: [] } }), []);
    await assert.rejects(
      port.runStep(describe(randomUUID(), "true"), () => {}),
      /not under way/,
    );
  });

  test(`${name}: limits travel with the hosts`, async (t) => {
    const { port } = await open(t);
    const log = path.join(await temporaryFolder(t), "log");
    const script = `echo in >> ${log}; sleep 0.1; echo out >> ${log}`;
    await runOnce(port, script, { target: { ...localhost, limits: { concurrency: 1 } } });
    assert.equal(await readFile(log, "utf8"), "in\nout\nin\nout\n");
    const [late] = await runOnce(port, "sleep 60", {
      target: { ...localhost, hosts: ["one"], limits: { stepTimeoutMs: 100 } },
    });
    assert.equal(late?.kind, "timedOut");
  });

  test(`${name}: limits of a step go before those of its hosts`, async (t) => {
    const { port } = await open(t);
    const log = path.join(await temporaryFolder(t), "log");
    const script = `echo in >> ${log}; sleep 0.1; echo out >> ${log}`;
    await runOnce(port, script, {
      target: { ...localhost, limits: { concurrency: 2, stepTimeoutMs: 10 } },
      limits: { concurrency: 1, stepTimeoutMs: 10_000 },
    });
    assert.equal(await readFile(log, "utf8"), "in\nout\nin\nout\n");
  });

  test(`${name}: a step that says nothing for too long is timedOut, one that keeps talking is not`, async (t) => {
    const { port } = await open(t);
    const target = { ...localhost, hosts: ["one"], limits: { idleTimeoutMs: 2000 } };
    const [talking, silent] = await Promise.all([
      runOnce(port, "for i in $(seq 15); do echo $i; sleep 0.2; done", { target }),
      runOnce(port, "echo begun; sleep 300", { target }),
    ]);
    assert.equal(talking[0]?.kind, "success");
    const [late] = silent;
    assert.ok(late?.kind === "timedOut", JSON.stringify(late));
    assert.match(late.message, /^timed out after 2 s without output while running .*is gone$/);
    assert.match(late.next, /idleTimeoutMs/);
    assert.equal(late.out, "begun\n");
  });

  test(`${name}: when the time of the whole run is over, what runs is stopped and nothing more starts`, async (t) => {
    const { port } = await open(t);
    const folder = await temporaryFolder(t);
    const id = await begin(port);
    const target = { ...localhost, limits: { totalTimeoutMs: 4000, concurrency: 1 } };
    const results: StepResult[] = [];
    const steps = [`echo $$ > ${folder}/pid; exec sleep 300`, `touch ${folder}/never`];
    for (const [index, script] of steps.entries()) {
      await port.runStep(describe(id, script, index, { target }), (some) => results.push(...some));
    }
    await port.endRun({ runId: id, verdict: "failed" });
    const messages = results.map((one) => (one.kind === "timedOut" ? one.message : one.kind));
    const [running, waiting, ...later] = messages;
    assert.match(String(running), /^timed out after 4 s for the whole run while running /);
    const never =
      /^timed out after 4 s for the whole run while waiting for its turn .*; nothing was started there$/;
    for (const one of [waiting, ...later]) assert.match(String(one), never);
    assert.equal(later.length, 2);
    assert.equal(existsSync(`${folder}/never`), false);
    assert.equal(await isRunning(Number(await readFile(`${folder}/pid`, "utf8"))), false);
  });

  test(`${name}: the time of a whole step is its own`, async (t) => {
    const { port } = await open(t);
    const id = await begin(port);
    const results: StepResult[] = [];
    const more = { target: { ...localhost, hosts: ["one"] }, limits: { totalTimeoutMs: 4000 } };
    for (const [index, script] of ["sleep 300", "echo in time"].entries()) {
      await port.runStep(describe(id, script, index, more), (some) => results.push(...some));
    }
    await port.endRun({ runId: id, verdict: "failed" });
    const [late, quick] = results;
    assert.ok(late?.kind === "timedOut", JSON.stringify(late));
    assert.match(late.message, /^timed out after 4 s for the whole step while running /);
    assert.equal(quick?.kind, "success");
  });

  test(`${name}: the way a host is reached travels with the step`, async (t) => {
    const { port } = await open(t);
    const target = { ...localhost, auth: { transport: "openssh" as const }, hosts: ["-no-host"] };
    const [result] = await runOnce(port, "true", { target });
    assert.equal(result?.kind, "refused", JSON.stringify(result));
  });

  test(`${name}: secrets and sudo travel with the step, values never`, async (t) => {
    const { port } = await open(t);
    const { text, secrets = [] } =
      sh`id -un; printf %s ${secret("one", { env: "IN_A_VARIABLE" })} | wc -c; printf %s ${secret("two", { env: "IN_A_VARIABLE" })}`;
    const [result] = await runOnce(port, text, {
      secrets,
      sudo: { user: "nobody" },
      target: { ...localhost, auth: { transport: "local", sudo: true }, hosts: ["one"] },
    });
    assert.ok(result?.kind === "success", JSON.stringify(result));
    assert.ok("out" in result.value);
    assert.equal(result.value.out.replaceAll(" ", ""), "nobody\n12\n‹secretone›");
  });

  test(`${name}: output beyond the limit is cut, and says how much`, async (t) => {
    const { port } = await open(t);
    const bytes = 3 * 1024 * 1024;
    const [result] = await runOnce(port, `yes 0123456789abcdef | head -c ${bytes}`, {
      target: { ...localhost, hosts: ["one"] },
    });
    assert.ok(result?.kind === "success" && "out" in result.value);
    const { out, cut } = result.value;
    assert.ok(out.length > 1_000_000 && out.length < 1_200_000, `kept ${out.length}`);
    assert.ok(cut > bytes - out.length && cut < bytes - 1_000_000, `cut ${cut}`);
  });

  test(`${name}: a cancel stops the command, is checked, and ends the run for all`, async (t) => {
    const { port, engine } = await open(t);
    const folder = await temporaryFolder(t);
    const { id, over, pids, heard } = await sleeping(port, folder);
    const report = await port.cancelRun(id, "not needed");
    assert.deepEqual(
      { ...report, survivors: [...report.survivors] },
      { stopped: 2, survivors: [] },
    );
    for (const pid of pids) assert.equal(await isRunning(pid), false);
    const { end, results } = await over;
    assert.equal(end.cancelled, true);
    assert.deepEqual(
      results.map((one) => one.kind),
      ["cancelled", "cancelled"],
    );
    assert.ok(heard().length <= 1);
    const marker = path.join(folder, "too-late");
    const later: StepResult[] = [];
    const next = await port.runStep(describe(id, `touch ${marker}`, 1), (some) =>
      later.push(...some),
    );
    assert.equal(next.cancelled, true);
    assert.deepEqual(
      later.map((one) => one.kind),
      ["cancelled", "cancelled"],
    );
    assert.equal(existsSync(marker), false);
    await port.endRun({ runId: id, verdict: "cancelled" });
    assert.equal(engine.listRuns(1)[0]?.header.state, "cancelled");
  });

  test(`${name}: a cancel by somebody else is told once, with its reason`, async (t) => {
    const { port, engine } = await open(t);
    const { id, over, heard } = await sleeping(port, await temporaryFolder(t));
    await engine.cancelRun(id, "by a person");
    await engine.cancelRun(id, "by a person");
    await until("the news of it", () => heard().length > 0);
    assert.deepEqual(heard(), ["by a person"]);
    assert.equal((await over).end.cancelled, true);
  });

  test(`${name}: to cancel a run that is over, or never was, does nothing`, async (t) => {
    const { port } = await open(t);
    const id = await begin(port);
    await port.endRun({ runId: id, verdict: "succeeded" });
    for (const one of [id, randomUUID()]) {
      const { stopped, survivors } = await port.cancelRun(one, "late");
      assert.deepEqual([stopped, survivors.length], [0, 0]);
    }
  });
}

async function begin(
  port: EnginePort,
  more: Partial<Parameters<EnginePort["startRun"]>[0]> = {},
  onCancel: (reason: string) => void = () => {},
): Promise<string> {
  const id = randomUUID();
  await port.startRun({ id, title: "a run", ...more }, onCancel);
  return id;
}

function describe(
  runId: string,
  script: string,
  index = 0,
  more: Partial<StepDescription> = {},
): StepDescription {
  return {
    runId,
    index,
    label: "x",
    operation: "x",
    script,
    answers: [],
    target: localhost,
    ...more,
  };
}

async function runOnce(
  port: EnginePort,
  script: string,
  more: Partial<StepDescription> = {},
): Promise<StepResult[]> {
  const runId = await begin(port);
  const results: StepResult[] = [];
  await port.runStep(describe(runId, script, 0, more), (some) => results.push(...some));
  await port.endRun({ runId, verdict: "succeeded" });
  return results;
}

/** A run whose hosts sleep, and are known to. */
async function sleeping(port: EnginePort, folder: string) {
  const reasons: string[] = [];
  const id = await begin(port, {}, (reason) => reasons.push(reason));
  const results: StepResult[] = [];
  const script = `echo $$ > ${folder}/pid.$$; sleep 300 & wait`;
  const over = port
    .runStep(describe(id, script), (some) => results.push(...some))
    .then((end) => ({ end, results }));
  const files = await until("both hosts to sleep", () => {
    const found = globSync(`${folder}/pid.*`);
    return found.length === 2 ? found : undefined;
  });
  const pids = files.map((file) => Number(file.split(".").at(-1)));
  return { id, over, pids, heard: () => reasons };
}
