// An operation as a value: both forms, when awaiting starts it and when not, and what a second await says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { lineOf } from "../../../test/support/line-of.ts";
import { answered, scriptedEvaluation } from "../../../test/support/scripted-port.ts";
import { inEvaluation } from "../../port.ts";
import { cp, exec, grep, Hosts, ls, mkdir, operation, ping, rm, run, sh } from "../../public.ts";
import type { ProgramError } from "../program-error.ts";

const two = new Hosts({ user: "re-ops" }, ["a", "b"]);

test("an operation is started by await, all, race, for await and a return from async, and by nothing else", async () => {
  const starts = async (body: () => unknown) => {
    const evaluation = scriptedEvaluation();
    await inEvaluation(evaluation, body);
    await new Promise(setImmediate);
    return evaluation.runs.length;
  };
  assert.equal(await starts(async () => ls(two, "/")), 1);
  assert.equal(await starts(() => Promise.all([ls(two, "/"), ls(two, "/tmp")])), 2);
  assert.equal(await starts(() => Promise.race([ls(two, "/"), new Promise(() => {})])), 1);
  assert.equal(await starts(() => Promise.resolve().then(() => ls(two, "/"))), 1);
  assert.equal(
    await starts(async () => {
      // oxlint-disable-next-line typescript/await-thenable -- that it awaits the members is the point
      for await (const _ of [ls(two, "/")]);
    }),
    1,
  );
  assert.equal(await starts(() => [ls(two, "/")]), 0);
  assert.equal(await starts(() => ({ listing: ls(two, "/") })), 0);
  assert.equal(await starts(() => JSON.stringify(ls(two, "/"))), 0);
  assert.equal(await starts(() => inspect(ls(two, "/"))), 0);
});

test("an argument that was forgotten is a mistake, and never the word undefined", () => {
  const untyped = { ls, exec } as unknown as Record<
    "ls" | "exec",
    (...given: unknown[]) => unknown
  >;
  for (const forgetful of [() => untyped.ls(two), () => untyped.exec(two), () => untyped.ls()]) {
    assert.throws(forgetful, { name: "ProgramError", message: /needs text here, not undefined/ });
  }
  assert.throws(() => untyped.ls(two, null), /not null/);
});

test("a second await of the same value names the first place and the mend; run starts it anew", async () => {
  const evaluation = scriptedEvaluation();
  await inEvaluation(evaluation, async () => {
    const listing = ls(two, "/");
    await listing; // the first await
    await assert.rejects(
      async () => listing, // the second await
      (mistake: ProgramError) => {
        assert.match(mistake.what, /^ls \/ on 2 hosts was awaited before at .*operation\.test\.ts/);
        assert.ok(mistake.what.endsWith(`:${lineOf(import.meta.url, "// the first await")}`));
        assert.equal(mistake.place?.line, lineOf(import.meta.url, "// the second await"));
        return true;
      },
    );
    await run(listing);
  });
  assert.equal(evaluation.runs.length, 2);
});

test("a run belongs to the evaluation in which it is started, not made", async () => {
  const made = scriptedEvaluation();
  const started = scriptedEvaluation();
  const listing = inEvaluation(made, () => [ls(two, "/")])[0];
  await inEvaluation(started, async () => listing);
  assert.equal(made.runs.length, 0);
  assert.equal(started.runs.length, 1);
});

test("an operation shows what it would do", () => {
  assert.equal(inspect(ls(two, "/")), "not started: ls / on 2 hosts");
  assert.equal(
    inspect([exec(two.first(), "uptime\n-p")]),
    "[ not started: exec uptime -p on 1 host ]",
  );
});

test("a Hosts of another copy of the library is one, by its brand", () => {
  const foreign = {
    [Symbol.for("re-ops.hosts")]: true,
    auth: {},
    hosts: ["x"],
    limits: {},
  } as unknown as Hosts;
  assert.deepEqual(ls(foreign, "/").target.hosts, ["x"]);
});

test("exit codes that are an answer travel with the step", async () => {
  const evaluation = scriptedEvaluation((host) => answered(host, "", 1));
  const outcome = await inEvaluation(evaluation, () => run(grep(two, "-x", "/etc/passwd")));
  assert.deepEqual(evaluation.steps[0]?.answers, [1]);
  assert.equal(outcome.success[0]?.value.code, 1);
});

test("a body may have default arguments, in both forms", () => {
  const uptime = operation("uptime", (flags = "") => sh`uptime ${flags}`, { doc: "How long." });
  assert.equal(uptime(two).call.script.text, "uptime ");
  assert.equal(uptime(two, "-p").call.label, "uptime -p");
  assert.equal(uptime.doc, "How long.");
  assert.equal(uptime.name, "uptime");
});

test("what the built-in operations hand to the shell", () => {
  const scripts = [
    ls(two, "-x y", "-l -a"),
    ls(two, "/"),
    mkdir(two, "/a b", ["-p", "-m 700"]),
    rm(two, "it's", "-r"),
    cp(two, "a", "", "-a"),
    grep(two, "-e", "/f", "-i"),
    ping(two, "10.0.0.1"),
    exec(two, "echo $HOME | cat"),
  ].map((one) => one.call.script.text);
  assert.deepEqual(scripts, [
    "ls '-l' '-a' -- '-x y'",
    "ls  -- '/'",
    "mkdir '-p' '-m 700' -- '/a b'",
    `rm '-r' -- 'it'\\''s'`,
    "cp '-a' -- 'a' ''",
    "grep '-i' -e '-e' -- '/f'",
    "ping -c 1 -W 1 -- '10.0.0.1'",
    "echo $HOME | cat",
  ]);
});
