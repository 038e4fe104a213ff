// A hover names each host, cuts what is too long, and lets nothing that a host says become a link.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EvaluateResult, HostSummary } from "re-ops/protocol";
import { describeHover } from "./hover-text.ts";
import type { InlinePhase } from "./inline-results.ts";
import { escapeMarkdown } from "./markdown.ts";
import { sampleHost, samplePlace, sampleRun, sampleValue } from "./samples.ts";

test("failures come first, each with its message and what next", () => {
  const failed = sampleHost("web-2", {
    state: "timedOut",
    message: "timed out after 10 s",
    next: "look",
  });
  const text = hover(settled(), [sampleHost("web-1"), failed]);
  const rows = text.split("\n").filter((line) => line.startsWith("| <span"));
  assert.match(
    rows[0] ?? "",
    /web\\-2.*timed out · 0\\\.1 s.*timed out after 10 s<br>Next\\?: look/u,
  );
  assert.match(rows[1] ?? "", /web\\-1.*ok · 0\\\.1 s \| bin \|/u);
});

test("at most ten hosts are listed, the others are counted", () => {
  const hosts = Array.from({ length: 25 }, (_, index) => sampleHost(`h${String(index)}`));
  const text = hover(settled(), hosts);
  assert.equal(text.match(/^\| <span/gmu)?.length, 10);
  assert.match(text, /and 15 more/u);
});

test("links: cancel and interrupt only while it runs, again only when it is over", () => {
  const running = sampleRun({ state: "running" }, [sampleHost("h", { state: "running" })]);
  const going = describeHover(inline({ kind: "running" }), [running]);
  assert.match(going, /command:re-ops\.cancelRun\?%5B%22run-1%22%5D/u);
  assert.match(going, /command:re-ops\.interrupt/u);
  assert.doesNotMatch(going, /re-ops\.runAgain/u);
  const over = hover(settled(), [sampleHost("h")]);
  assert.doesNotMatch(over, /cancelRun|re-ops\.interrupt/u);
  assert.match(over, /re-ops\.runAgain/u);
  assert.match(over, /command:re-ops\.openOutput\?%5B%22run-1%22%2C%22h%22%5D/u);
});

test("what a host prints can be neither link, icon, row nor markup", () => {
  const evil = "[x](command:re-ops.cancelRun) $(bug) | <img src=x> `a`";
  const text = hover(settled(), [sampleHost("h", { head: evil })]);
  assert.ok(text.includes(escapeMarkdown(evil)));
  assert.doesNotMatch(text, /\[x\]\(|\$\(bug\)|<img/u);
});

test("the value's detail is cut at a line end, and cannot end its own block", () => {
  const detail = "a line\n".repeat(1000);
  const long = hover(settled(sampleValue({ detail })), []);
  assert.ok(long.length < 3500);
  assert.match(long, /a line\n…\n```/u);
  assert.match(hover(settled(sampleValue({ detail: "```\nx" })), []), /````ts\n```\nx\n````/u);
});

test("an outcome is not listed twice", () => {
  const value = sampleValue({ display: "1 ok", detail: "1 ok\n✔ h  bin", runs: ["run-1"] });
  assert.doesNotMatch(hover(settled(value), [sampleHost("h")]), /✔/u);
  assert.match(hover(settled(value), []), /✔ h/u);
});

test("an error shows its message, its frames and what next", () => {
  const error = {
    message: "no such thing",
    next: "evaluate line 3 first",
    file: "/a.ts",
    line: 2,
    column: 3,
    frames: [{ file: "/a.ts", line: 2, column: 3, functionName: "listing" }],
  };
  const range = { start: 0, end: 1 };
  const text = hover(settled({ kind: "error", range, ms: 1, error, runs: [] }), []);
  assert.match(text, /no such thing/u);
  assert.ok(text.includes(`- at listing [a\\.ts\\:2\\:3](command:re-ops.openPlace?`), text);
  assert.ok(text.includes(encodeURIComponent('["/a.ts",2,3]')), text);
  assert.match(text, /Next: evaluate line 3 first/u);
});

test("the causes of an error stand below it, each with links; frames of packages are counted", () => {
  const frame = { file: "/p/b.ts", line: 7, column: 1 };
  const error = {
    message: "not open",
    name: "Error",
    file: "/p/a.ts",
    line: 2,
    column: 3,
    frames: [{ count: 4, from: "node_modules/ws" }, frame],
    causes: [
      { kind: "cause", depth: 1, name: "TypeError", message: "[x](command:evil)", frames: [frame] },
      { kind: "member", depth: 2, message: "3 was thrown", frames: [] },
    ] as const,
  };
  const range = { start: 0, end: 1 };
  const text = hover(settled({ kind: "error", range, ms: 1, error, runs: [] }), []);
  assert.match(text, /- … 4 frames in node\\_modules\/ws\n- at \[b\\\.ts/u);
  assert.match(text, /↳ caused by \*\*TypeError\*\*: \\\[x/u);
  assert.match(text, /↳ ↳ one of them 3 was thrown/u);
  assert.equal(text.match(/command:re-ops\.openPlace/gu)?.length, 2);
  assert.doesNotMatch(text, /\(command:evil/u);
});

test("a value can be copied as JSON, an error cannot", () => {
  const copy = /command:re-ops\.copyAsJson\?%5B%22evaluation-1%22%5D/u;
  assert.match(hover(settled(sampleValue({ detail: "2" })), []), copy);
  assert.doesNotMatch(hover({ kind: "running" }, []), copy);
});

test("the last lines that were printed are shown, and that there were more", () => {
  const place = inline(settled(sampleValue({ detail: "2" })));
  const few = describeHover(place, [], { first: "a", tail: ["", "a", "`b`", ""], count: 4 });
  assert.match(few, /copyAsJson.*\n\n\*\*Printed\*\*\n\n```plaintext\na\n`b`\n```$/u);
  const many = describeHover(place, [], { first: "a", tail: ["y", "z"], count: 99 });
  assert.match(many, /\*\*Printed\*\*, the last 2 of 99 lines/u);
});

function hover(phase: InlinePhase, hosts: readonly HostSummary[]): string {
  return describeHover(inline(phase), hosts.length === 0 ? [] : [sampleRun({}, hosts)]);
}

function settled(result: EvaluateResult = sampleValue()): InlinePhase {
  return { kind: "settled", result };
}

function inline(phase: InlinePhase) {
  return { ...samplePlace, phase };
}
