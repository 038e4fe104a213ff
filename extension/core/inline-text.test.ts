// The golden lines beside code: pending, plain values, every way in which a run can end, errors.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EvaluateResult, RunHeader } from "re-ops/protocol";
import type { InlinePhase } from "./inline-results.ts";
import { describeInline, type InlineText } from "./inline-text.ts";
import type { KnownRun } from "./run-store.ts";
import { sampleHost, samplePlace, sampleRun, sampleValue } from "./samples.ts";

test("while it runs: nothing but a mark, then a live count", () => {
  assert.equal(inline({ kind: "asked", waits: true }).text, "… starting");
  assert.deepEqual(inline({ kind: "running" }), { text: "…", tone: "pending" });
  const counts = { total: 12, ok: 2, failed: 0, running: 10 };
  assert.equal(inline({ kind: "running" }, [running({ counts })]).text, "… 2/12");
  const worse = { total: 12, ok: 2, failed: 1, running: 9 };
  assert.equal(inline({ kind: "running" }, [running({ counts: worse })]).text, "… 3/12 · 1 failed");
});

test("a form that gave its value while its run goes on stays pending", () => {
  const counts = { total: 12, ok: 3, failed: 0, running: 9 };
  const run = running({ counts });
  assert.deepEqual(settled(sampleValue({ runs: ["run-1"] }), [run]), {
    text: "… 3/12",
    tone: "pending",
  });
});

test("each end of a run has its words", () => {
  const value = sampleValue({ runs: ["run-1"] });
  const cases: [Partial<RunHeader>, InlineText][] = [
    [{}, { text: "⇒ 3 ok · 0.4 s", tone: "ok" }],
    [
      { state: "failed", counts: { total: 13, ok: 12, failed: 1, running: 0 } },
      { text: "⇒ 12 ok · 1 failed · 0.4 s", tone: "failed" },
    ],
    [
      { state: "failed", counts: { total: 3, ok: 0, failed: 3, running: 0 } },
      { text: "⇒ 3 failed · 0.4 s", tone: "failed" },
    ],
    [{ state: "notMet" }, { text: "⇒ not met · 3 ok · 0.4 s", tone: "quiet" }],
    [
      { state: "cancelled", counts: { total: 3, ok: 1, failed: 2, running: 0 } },
      { text: "⇒ cancelled · 1 ok · 2 failed · 0.4 s", tone: "failed" },
    ],
    [{ state: "interrupted" }, { text: "⇒ interrupted · 3 ok · 0.4 s", tone: "quiet" }],
    [
      { state: "unknown", counts: { total: 3, ok: 1, failed: 2, running: 0 } },
      { text: "⇒ unknown · 1 ok · 2 failed · 0.4 s", tone: "failed" },
    ],
    [
      { counts: { total: 0, ok: 0, failed: 0, running: 0 }, ms: 1 },
      { text: "⇒ no hosts · 1 ms", tone: "ok" },
    ],
    [
      { state: "broken", message: "stage 2 (fix) gave undefined\nmore" },
      { text: "✗ stage 2 (fix) gave undefined", tone: "failed" },
    ],
  ];
  for (const [header, expected] of cases) {
    assert.deepEqual(settled(value, [sampleRun(header)]), expected, JSON.stringify(header));
  }
});

test("hosts that somebody stopped are no failures", () => {
  const counts = { total: 4, ok: 1, failed: 3, running: 0 };
  const stopped = ["a", "b"].map((host) => sampleHost(host, { state: "cancelled" }));
  const run = sampleRun({ state: "cancelled", counts }, stopped);
  const value = sampleValue({ runs: ["run-1"] });
  assert.equal(settled(value, [run]).text, "⇒ 1 ok · 1 failed · 2 cancelled · 0.4 s");
  const all = sampleRun({ state: "cancelled", counts: { ...counts, ok: 2, failed: 2 } }, stopped);
  assert.deepEqual(settled(value, [all]), { text: "⇒ 2 ok · 2 cancelled · 0.4 s", tone: "quiet" });
});

test("several runs are summed, output that was cut is named, the value comes last", () => {
  const one = sampleRun({ id: "a", ms: 200 }, [sampleHost("h", { cut: 3 * 1024 * 1024 })]);
  const two = sampleRun({ id: "b", ms: 900 });
  assert.equal(
    settled(sampleValue({ display: "[1, 2]", runs: ["a", "b"] }), [one, two]).text,
    "⇒ 2 runs · 6 ok · 0.9 s · 3.0 MB cut · [1, 2]",
  );
});

test("plain values, no value, and a note", () => {
  assert.deepEqual(settled(sampleValue({ display: "2" })), { text: "⇒ 2", tone: "ok" });
  assert.equal(settled(sampleValue()).text, "⇒ done");
  assert.deepEqual(settled(sampleValue({ note: "not started: ls / on 3 hosts" })), {
    text: "⇒ not started: ls / on 3 hosts",
    tone: "quiet",
  });
});

test("an outcome is not said twice", () => {
  const run = sampleRun({ counts: { total: 3, ok: 2, failed: 1, running: 0 }, state: "failed" });
  const outcome = sampleValue({ display: "2 ok · 1 failed and picked away", runs: ["run-1"] });
  assert.equal(settled(outcome, [run]).text, "⇒ 2 ok · 1 failed · 0.4 s");
});

test("a note stands beside the code when it warns, and is not said twice", () => {
  const way = "evaluated on the way: hosts, listing";
  const older = "`a` was edited on line 3 and not evaluated since: its older version is used";
  const cases: [Parameters<typeof sampleValue>[0], string][] = [
    [{ display: "7", note: way }, "⇒ 7"],
    [{ display: "7", note: `${way}; ${older}` }, `⇒ 7 · ${older}`],
    [
      { display: "not started: ls / on 3 hosts", note: "ls / on 3 hosts is not started: run(x)" },
      "⇒ not started: ls / on 3 hosts",
    ],
  ];
  for (const [value, expected] of cases) assert.equal(settled(sampleValue(value)).text, expected);
  assert.equal(settled(sampleValue({ display: "not started: ls /" })).tone, "quiet");
});

test("a loaded file says that it is", () => {
  const phase = { kind: "settled", result: sampleValue({ display: "run, uses" }) } as const;
  const loaded = describeInline({ ...samplePlace, mode: "file", phase }, []);
  assert.deepEqual(loaded, { text: "⇒ loaded · run, uses", tone: "ok" });
});

test("a long value is cut to what can be read beside code", () => {
  assert.equal(settled(sampleValue({ display: "x".repeat(500) })).text.length, 142);
});

test("errors, interrupts and lost evaluations", () => {
  const error = { message: "no such thing\n  at", file: "/a.ts", line: 1, column: 1, frames: [] };
  const place = { range: { start: 0, end: 1 }, ms: 1, runs: [] };
  const of = (result: EvaluateResult) => settled(result).text;
  assert.equal(of({ kind: "error", ...place, error }), "✗ no such thing");
  const typed = { ...error, name: "TypeError" };
  assert.equal(of({ kind: "error", ...place, error: typed }), "✗ TypeError: no such thing");
  const named = { ...error, name: "SyntaxError", message: "SyntaxError: x" };
  assert.equal(of({ kind: "error", ...place, error: named }), "✗ SyntaxError: x");
  const message = "stopped on 3 hosts";
  assert.equal(of({ kind: "interrupted", ...place, message }), `⇒ interrupted · ${message}`);
  assert.equal(of({ kind: "interrupted", ...place, message: "Interrupted." }), "⇒ interrupted");
  assert.equal(inline({ kind: "lost", message: "the server ended" }).text, "✗ the server ended");
});

function settled(result: EvaluateResult, runs: readonly KnownRun[] = []): InlineText {
  return inline({ kind: "settled", result }, runs);
}

function inline(phase: InlinePhase, runs: readonly KnownRun[] = []): InlineText {
  return describeInline({ ...samplePlace, phase }, runs);
}

function running(header: Partial<RunHeader>): KnownRun {
  return sampleRun({ state: "running", ...header });
}

test("what was printed stands behind a value, and beside a form that is still busy", () => {
  const lines = { first: "step 1", tail: ["step 1", "step 2"], count: 2 };
  const place = { ...samplePlace, phase: settledPhase(sampleValue({ display: "2" })) };
  assert.equal(describeInline(place, [], lines).text, "⇒ 2 · printed: step 1 +1 line");
  assert.equal(
    describeInline(place, [], { ...lines, count: 9 }).text,
    "⇒ 2 · printed: step 1 +8 lines",
  );
  assert.equal(
    describeInline({ ...samplePlace, phase: { kind: "running" } }, [], lines).text,
    "… step 2",
  );
  const ofRun = { ...samplePlace, phase: settledPhase(sampleValue({ runs: ["run-1"] })) };
  assert.equal(describeInline(ofRun, [sampleRun()], lines).text, "⇒ 3 ok · 0.4 s");
});

test("a name that was meant is suggested beside the code", () => {
  const error = {
    name: "ReferenceError",
    message: "sandbx is not defined",
    file: "/a.ts",
    line: 1,
    column: 1,
    frames: [],
    mend: { kind: "rename", from: "sandbx", to: "sandbox" } as const,
  };
  const result: EvaluateResult = {
    kind: "error",
    error,
    range: { start: 0, end: 5 },
    ms: 1,
    runs: [],
  };
  assert.equal(
    inline(settledPhase(result)).text,
    "✗ ReferenceError: sandbx is not defined · did you mean sandbox?",
  );
});

test("whatever becomes of hosts, it never looks like a mistake in the program", () => {
  for (const state of [
    "exited",
    "unreachable",
    "refused",
    "timedOut",
    "cancelled",
    "skipped",
    "unknown",
  ] as const) {
    for (const run of ["failed", "succeeded", "cancelled", "notMet", "unknown"] as const) {
      const hosts = [sampleHost("a", { state, message: "TypeError: x is not a function" })];
      const counts = { total: 1, ok: 0, failed: 1, running: 0 };
      const known = sampleRun({ state: run, counts }, hosts);
      const { text } = settled(sampleValue({ runs: ["run-1"] }), [known]);
      assert.match(text, /^⇒ /u, `${state} ${run}`);
      assert.doesNotMatch(text, /TypeError/u);
    }
  }
});

function settledPhase(result: EvaluateResult): InlinePhase {
  return { kind: "settled", result };
}
