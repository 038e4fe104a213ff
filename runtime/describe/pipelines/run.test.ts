// What a pipeline does with each host: who goes on, who stays behind, what is told, and what is a mistake in the program.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answered,
  exitedWith,
  scriptedEvaluation,
  type ScriptedEvaluation,
  unreachable,
} from "../../../test/support/scripted-port.ts";
import { inEvaluation } from "../../port.ts";
import {
  convert,
  exec,
  failed,
  Hosts,
  ls,
  operation,
  pick,
  pretty,
  run,
  sh,
  successful,
  tap,
  timedOut,
  type Outcome,
  type ShellValue,
} from "../../public.ts";

const three = new Hosts({}, ["a", "b", "c"]);
const uptime = operation("uptime", (flags = "") => sh`uptime ${flags}`);

/** Host `b` fails each step of this name. */
function failingOn(name: string): ScriptedEvaluation {
  return scriptedEvaluation((host, step) =>
    host === "b" && step.operation === name ? exitedWith(host, 2, step) : answered(host),
  );
}

function reached(evaluation: ScriptedEvaluation): string[] {
  return evaluation.steps.map((step) => `${step.label}: ${step.target.hosts.join(" ")}`);
}

test("each run of an operation is a run of its own, told before its first step and after its last", async () => {
  const evaluation = scriptedEvaluation();
  const listing = ls(three, "/", "-la");
  await inEvaluation(evaluation, async () => {
    await run(listing);
    await run(listing);
  });
  const [first, second] = evaluation.runs;
  assert.notEqual(first?.id, second?.id);
  assert.equal(first?.title, "ls / -la on 3 hosts");
  assert.equal(first?.evaluationId, "evaluation-1");
  assert.ok(first?.place?.file.endsWith("run.test.ts"));
  assert.deepEqual(
    evaluation.steps.map((step) => step.script),
    ["ls '-la' -- '/'", "ls '-la' -- '/'"],
  );
  assert.deepEqual(
    evaluation.ends,
    evaluation.runs.map((run) => ({ runId: run.id, verdict: "succeeded" })),
  );
});

test("hosts on which an operation succeeded go on, the others are never touched again", async () => {
  const evaluation = failingOn("ls");
  const outcome = await inEvaluation(evaluation, () => run(ls(three, "/"), uptime("-p"), pretty()));
  assert.deepEqual(reached(evaluation), ["ls /: a b c", "uptime -p: a c"]);
  assert.deepEqual(outcome.hosts.hosts, ["a", "c"]);
  assert.deepEqual(
    outcome.failure.map(({ host, kind, step, code }) => ({ host, kind, step, code })),
    [{ host: "b", kind: "exited", step: "ls /", code: 2 }],
  );
  assert.equal(evaluation.runs[0]?.title, "ls / → uptime -p on 3 hosts");
  assert.equal(evaluation.ends[0]?.verdict, "failed");
});

test("success and failure are in the order of the hosts, however the answers come", async () => {
  const hosts = new Hosts({}, ["slow", "quick", "lost"]);
  const slow = Promise.withResolvers<void>();
  const evaluation = scriptedEvaluation(async (host, step) => {
    if (host === "lost") return unreachable(host, step);
    if (host === "slow") await slow.promise;
    else slow.resolve();
    return answered(host);
  });
  const arrived: string[] = [];
  const outcome = await inEvaluation(evaluation, async () => {
    const under = run(ls(hosts, "/"));
    for await (const one of under) arrived.push(`${one.host} ${one.kind}`);
    return under;
  });
  assert.deepEqual(arrived.slice(0, 2).sort(), ["lost unreachable", "quick success"]);
  assert.equal(arrived[2], "slow success");
  assert.deepEqual(
    outcome.success.map((one) => one.host),
    ["slow", "quick"],
  );
});

test("pick(failed) makes the failed go on; they are failures no more once they succeed", async () => {
  const evaluation = failingOn("ls");
  const outcome = await inEvaluation(evaluation, () =>
    run(ls(three, "/"), pick(failed), exec("retry")),
  );
  assert.deepEqual(reached(evaluation), ["ls /: a b c", "exec retry: b"]);
  assert.deepEqual(outcome.hosts.hosts, ["b"]);
  assert.deepEqual(outcome.failure, []);
});

test("what pick(successful) dropped leaves the outcome, but the run has failed", async () => {
  const evaluation = failingOn("ls");
  const outcome = await inEvaluation(evaluation, () => run(ls(three, "/"), pick(successful)));
  assert.deepEqual(outcome.failure, []);
  assert.equal(evaluation.ends[0]?.verdict, "failed");
});

test("a predicate keeps the hosts whose value satisfies it, and failures stay", async () => {
  const evaluation = failingOn("exec");
  const outcome = await inEvaluation(evaluation, () =>
    run(
      exec(three, "x"),
      convert((o) => o.out.length + (o.out === "a" ? 70 : 0)),
      pick((value, result) => value > 70 && result.host === "a"),
    ),
  );
  assert.deepEqual(outcome.hosts.hosts, ["a"]);
  assert.deepEqual(
    outcome.success.map((one) => one.value),
    [71],
  );
  assert.equal(outcome.failure[0]?.host, "b");
});

test("nobody satisfies a pick and nobody failed: notMet, and no later stage runs, not even pretty", async () => {
  for (const nobody of [pick<ShellValue>(() => false), pick(failed)]) {
    const evaluation = scriptedEvaluation();
    await inEvaluation(evaluation, () => run(ls(three, "/"), nobody, uptime(), pretty()));
    assert.deepEqual(reached(evaluation), ["ls /: a b c"]);
    assert.equal(evaluation.ends[0]?.verdict, "notMet");
    assert.equal(evaluation.printed(), "");
  }
});

test("a picker that takes no host of an earlier run: nothing is run, nothing of that run is told again, and no later picker takes its hosts", async () => {
  const night = failingOn("exec");
  const again = scriptedEvaluation();
  const previous = await inEvaluation(night, () => run(exec(three, "upgrade")));
  const outcome = await inEvaluation(again, () =>
    run(previous, pick(timedOut), exec("upgrade"), pick(failed), exec("reboot"), pretty("again")),
  );
  assert.deepEqual(reached(again), []);
  assert.deepEqual(outcome.failure, []);
  assert.equal(again.ends[0]?.verdict, "notMet");
  assert.equal(
    again.printed(),
    "\nRunning again summary:\n\n  pick(timedOut) took no host; nothing was run after it\n\n",
  );
});

test("whom a pick took away is not picked again, not even from the finished run, and the summary says so", async () => {
  const evaluation = failingOn("ls");
  const retry = scriptedEvaluation();
  const listing = await inEvaluation(evaluation, () =>
    run(ls(three, "/"), pick(successful), pretty("listing")),
  );
  await inEvaluation(retry, () => run(listing, pick(failed), exec("x"), pretty("again")));
  assert.match(evaluation.printed(), /✔ a\n {2}✔ c\n\n {2}2 ok · 1 failed and picked away \(b\)\n/);
  assert.deepEqual(reached(retry), []);
  assert.match(retry.printed(), /\n {2}pick\(failed\) took no host; nothing was run after it\n/);
});

test("what failed before a run that a stage started is told by the run of that stage", async () => {
  const evaluation = failingOn("ls");
  await inEvaluation(evaluation, () =>
    run(ls(three, "/"), (outcome) => run(outcome, pick(successful), exec("x")), pretty()),
  );
  assert.match(evaluation.printed(), /2 ok · 1 failed and picked away \(b\)/);
});

test("nobody is left because all failed: later operations do not run, pretty prints every failure", async () => {
  const evaluation = scriptedEvaluation((host, step) => unreachable(host, step));
  const outcome = await inEvaluation(evaluation, () =>
    run(ls(three, "/"), pick(successful), uptime(), pretty("listing")),
  );
  assert.deepEqual(reached(evaluation), ["ls /: a b c"]);
  assert.equal(evaluation.ends[0]?.verdict, "failed");
  assert.match(evaluation.printed(), /x a - .*\n {2}x b - .*\n {2}x c - /);
  assert.deepEqual(outcome.hosts.hosts, []);
});

test("a predicate that nobody satisfies where somebody failed is a failure", async () => {
  const evaluation = failingOn("ls");
  await inEvaluation(evaluation, () =>
    run(
      ls(three, "/"),
      pick(successful),
      pick(() => false),
    ),
  );
  assert.equal(evaluation.ends[0]?.verdict, "failed");
});

test("run(a, b, c) gives what nesting by hand gives", async () => {
  for (const name of ["ls", "uptime", "none"]) {
    const flat = failingOn(name);
    const nested = failingOn(name);
    const tail = [pick(successful), pretty("report")] as const;
    const once = await inEvaluation(flat, () => run(ls(three, "/"), uptime("-p"), ...tail));
    const byHand = await inEvaluation(nested, async () => {
      const listed = await ls(three, "/");
      const up = await uptime("-p")(listed);
      return tail[1](tail[0](up));
    });
    assert.deepEqual(byHand, once, name);
    assert.equal(nested.printed(), flat.printed(), name);
    assert.deepEqual(reached(nested), reached(flat), name);
  }
});

test("a stage may call run on what it gets: its run is a child", async () => {
  const evaluation = scriptedEvaluation();
  const again = (outcome: Outcome<ShellValue>) => run(uptime("-p")(outcome), pick(successful));
  const outcome = await inEvaluation(evaluation, () => run(ls(three, "/"), again, pretty()));
  const [parent, child] = evaluation.runs;
  assert.equal(child?.parentId, parent?.id);
  assert.equal(child?.title, "uptime -p on 3 hosts");
  assert.deepEqual(outcome.hosts.hosts, ["a", "b", "c"]);
  assert.match(evaluation.printed(), /✔ a\n {2}✔ b\n {2}✔ c/);
});

test("an operation that a function stage returns is started as a child, with the failures of before", async () => {
  const evaluation = failingOn("ls");
  const outcome = await inEvaluation(evaluation, () =>
    run(ls(three, "/"), (before) => uptime("-p")(before)),
  );
  assert.equal(evaluation.runs[1]?.parentId, evaluation.runs[0]?.id);
  assert.deepEqual(outcome.hosts.hosts, ["a", "c"]);
  assert.equal(outcome.failure[0]?.host, "b");
});

test("a parent whose child's failures show has failed", async () => {
  const evaluation = failingOn("uptime");
  await inEvaluation(evaluation, () =>
    run(
      ls(three, "/"),
      async (outcome) => run(uptime(outcome.hosts)),
      tap(() => {}),
    ),
  );
  assert.deepEqual(
    evaluation.ends.map((end) => end.verdict),
    ["failed", "failed"],
  );
});

test("a source may be a run, an outcome, or a promise of one", async () => {
  const evaluation = scriptedEvaluation();
  await inEvaluation(evaluation, async () => {
    const first = run(ls(three, "/"));
    const outcomes = [
      await run(first, pick(successful)),
      await run(await first, pick(successful)),
      await run(Promise.resolve(first), pick(successful)),
    ];
    for (const outcome of outcomes) assert.deepEqual(outcome.hosts.hosts, ["a", "b", "c"]);
  });
  assert.equal(evaluation.steps.length, 1);
});

test("an outcome that a stage put together itself is one, and keeps order and memory", async () => {
  const evaluation = failingOn("ls");
  const outcome = await inEvaluation(evaluation, () =>
    run(
      ls(three, "/"),
      (before) => ({ ...before, success: before.success.filter((one) => one.host === "a") }),
      pick(failed),
      exec("retry"),
    ),
  );
  assert.deepEqual(reached(evaluation), ["ls /: a b c", "exec retry: b"]);
  assert.deepEqual(outcome.hosts.hosts, ["b"]);
});

test("iterating gives the ends of the last operation only, also to who comes late", async () => {
  const evaluation = failingOn("uptime");
  const seen: string[] = [];
  await inEvaluation(evaluation, async () => {
    const under = run(ls(three, "/"), uptime(), pretty());
    await under;
    for await (const one of under) seen.push(`${one.host} ${one.kind}`);
  });
  assert.deepEqual(seen, ["a success", "b exited", "c success"]);
});

test("iterating a run without any operation of its own gives what its outcome holds", async () => {
  const evaluation = failingOn("ls");
  const seen: string[] = [];
  await inEvaluation(evaluation, async () => {
    const outcome = await run(ls(three, "/"));
    for await (const one of run(outcome)) seen.push(`${one.host} ${one.kind}`);
  });
  assert.deepEqual(seen, ["a success", "c success", "b exited"]);
});

test("0 hosts: nothing is done, neither success nor failure", async () => {
  const evaluation = scriptedEvaluation();
  const outcome = await inEvaluation(evaluation, () =>
    run(ls(new Hosts({}, []), "/"), pick(successful), uptime(), pretty()),
  );
  assert.deepEqual(outcome.success, []);
  assert.equal(evaluation.ends[0]?.verdict, "notMet");
  assert.match(evaluation.printed(), /no hosts/);
});

test("the same host twice is reached once", async () => {
  const evaluation = scriptedEvaluation();
  const twice = new Hosts({}, ["a", "b", "a"]);
  await inEvaluation(evaluation, () => run(ls(twice, "/")));
  assert.deepEqual(evaluation.steps[0]?.target.hosts, ["a", "b"]);
});
