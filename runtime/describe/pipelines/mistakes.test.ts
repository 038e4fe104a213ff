// Mistakes in a program: each is an exception that says what, where and what to write instead, and each is heard of once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lineOf } from "../../../test/support/line-of.ts";
import { scriptedEvaluation } from "../../../test/support/scripted-port.ts";
import { inEvaluation } from "../../port.ts";
import {
  convert,
  Hosts,
  limit,
  ls,
  operation,
  pick,
  pretty,
  run,
  sh,
  successful,
  tap,
} from "../../public.ts";
import { ProgramError } from "../program-error.ts";

const one = new Hosts({}, ["a"]);
const uptime = operation("uptime", () => sh`uptime`);

type Untyped = (...values: readonly unknown[]) => PromiseLike<unknown>;
const runUntyped = run as unknown as Untyped;

async function mistakeOf(body: () => unknown): Promise<ProgramError> {
  const evaluation = scriptedEvaluation();
  try {
    await inEvaluation(evaluation, body);
  } catch (error) {
    assert.ok(error instanceof ProgramError, String(error));
    return error;
  }
  throw new Error("there was no mistake");
}

const wrong: readonly [string, () => unknown, RegExp, RegExp][] = [
  ["nothing", () => runUntyped(undefined), /not nothing/, /ls\(hosts/],
  ["hosts alone", () => runUntyped(one), /not a Hosts/, /ls\(hosts/],
  ["a stage as source", () => runUntyped(uptime()), /not a function/, /ls\(hosts/],
  ["a string as stage", () => runUntyped(ls(one, "/"), "x"), /stage 1 .* not a string/, /pretty/],
  [
    "hosts inside",
    () => runUntyped(ls(one, "/"), ls(one, "/x")),
    /has its own hosts/,
    /leave them/,
  ],
  [
    "a bare picker",
    () => runUntyped(ls(one, "/"), successful),
    /only chooses/,
    /pick\(successful\)/,
  ],
  ["an uncalled operation", () => runUntyped(ls(one, "/"), uptime), /uptime itself/, /uptime\(…\)/],
  ["an uncalled pretty", () => runUntyped(ls(one, "/"), pretty), /gave a function/, /call it/],
  ["a stage without result", () => runUntyped(ls(one, "/"), () => {}), /gave nothing/, /tap/],
  [
    "a promise of no outcome",
    () => runUntyped(Promise.resolve(7)),
    /source of run gave a number/,
    /./,
  ],
  [
    "hosts that are one string",
    () => new Hosts({}, "a" as unknown as string[]),
    /array of host names/,
    /./,
  ],
  ["an empty name", () => new Hosts({}, ["a", ""]), /host 2 of 2 is ''/, /./],
  [
    "a port that is none",
    () => new Hosts({ port: 70_000 }, []),
    /port of a Hosts is 70000/,
    /65535/,
  ],
  ["no concurrency", () => new Hosts({}, [], { concurrency: 0 }), /concurrency is 0/, /1 or more/],
  [
    "no time",
    () => new Hosts({}, [], { stepTimeoutMs: -1 }),
    /stepTimeoutMs is -1/,
    /milliseconds/,
  ],
  [
    "a limit that there is not",
    () => one.with({ timeout: 5 } as object),
    /no limit timeout/,
    /connectTimeoutMs, stepTimeoutMs, idleTimeoutMs, totalTimeoutMs/,
  ],
  ["limits that are a number", () => one.with(5 as unknown as object), /limits are 5/, /\{ /],
  [
    "limits round hosts",
    () => limit({ concurrency: 1 }, one as unknown as ReturnType<typeof ls>),
    /limit takes an operation/,
    /hs\.with/,
  ],
  [
    "limits round an operation that is not called",
    () => limit({ concurrency: 1 }, ls as unknown as ReturnType<typeof ls>),
    /limit takes an operation/,
    /limit\(/,
  ],
  ["the name of two", () => new Hosts({}, ["a", "b"]).name, /this one has 2/, /first\(\)/],
];

for (const [name, body, what, next] of wrong) {
  test(`a clear mistake: ${name}`, async () => {
    const mistake = await mistakeOf(body);
    assert.match(mistake.what, what);
    assert.match(mistake.next, next);
    assert.ok(mistake.message.includes(mistake.next));
  });
}

test("a body that gives no script is told by the operation's name", async () => {
  const broken = operation("broken", (() => "ls") as unknown as () => ReturnType<typeof sh>);
  assert.match((await mistakeOf(() => broken(one))).what, /operation broken must return a script/);
});

test("a stage that gives nothing is told at its own line, not at the line of run", async () => {
  const mistake = await mistakeOf(() =>
    runUntyped(
      ls(one, "/"),
      pick(successful),
      () => {}, // gives nothing
    ),
  );
  assert.ok(mistake.place?.file.endsWith("mistakes.test.ts"));
  assert.equal(mistake.place?.line, lineOf(import.meta.url, "// gives nothing"));
});

test("a stage of ours that is misused is told at the line of run", async () => {
  const mistake = await mistakeOf(() => runUntyped(ls(one, "/"), pretty)); // pretty is not called
  assert.equal(mistake.place?.line, lineOf(import.meta.url, "// pretty is not called"));
});

test("what a stage throws breaks the run, and stands in its end", async () => {
  const parse = () => Boolean(JSON.parse("{"));
  for (const stage of [convert(parse), tap(parse), pick(parse)]) {
    const evaluation = scriptedEvaluation();
    const under = inEvaluation(evaluation, () => run(ls(one, "/"), stage, pretty()));
    await assert.rejects(async () => under, SyntaxError);
    assert.equal(evaluation.ends[0]?.verdict, "broken");
    assert.match(evaluation.ends[0]?.message ?? "", /JSON/);
    await assert.rejects(async () => {
      for await (const _ of under);
    }, SyntaxError);
  }
});

test("an engine that cannot start a run breaks it, for who iterates too", async () => {
  const evaluation = scriptedEvaluation();
  const port = { ...evaluation.port, startRun: () => Promise.reject(new Error("disk full")) };
  const under = inEvaluation({ ...evaluation, port }, () => run(ls(one, "/")));
  await assert.rejects(async () => {
    for await (const _ of under);
  }, /disk full/);
});

test("a mistake that nobody awaits is heard of by the evaluation, one that somebody awaits is not", async () => {
  const evaluation = scriptedEvaluation();
  await inEvaluation(evaluation, async () => {
    runUntyped(ls(one, "/"), () => 1);
    await assert.rejects(async () => runUntyped(ls(one, "/"), () => 2));
  });
  await Promise.all(evaluation.started.map((run) => run.over));
  const [unheard, heard] = evaluation.started.map((run) => run.unheardMistake());
  assert.match(String(unheard?.error), /gave a number/);
  assert.equal(heard, undefined);
});
