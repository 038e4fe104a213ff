// Which range a key takes: every row of the table in docs/evaluation.md.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readDocument } from "./document.ts";
import { formsAbove } from "./forms-above.ts";
import { rangeAt } from "./ranges.ts";
import type { ChosenRange } from "./ranges.ts";
import type { Span } from "./syntax.ts";

interface Row {
  readonly key: string;
  readonly where: string;
  readonly notation: string;
  readonly takesNothing: boolean;
}

const rows = readRows();

test("the table has the positions that users must be able to look up", () => {
  assert.ok(rows.length >= 40, `only ${rows.length} rows`);
  assert.ok(new Set(rows.map((row) => row.notation + row.key)).size === rows.length, "a row twice");
});

for (const { key, where, notation, takesNothing } of rows) {
  test(`${key} ${where}`, () => {
    const { text, cursors, expected } = readNotation(notation);
    const [start = 0, end = start] = cursors;
    const range = take(key, text, { start, end });
    if (takesNothing) {
      assert.ok("error" in range, "nothing must be taken");
      assert.ok(range.error.message.length > 0);
      return;
    }
    if ("error" in range) assert.fail(range.error.message);
    assert.equal(mark(text, range), mark(text, expected));
  });
}

function take(key: string, text: string, selection: Span) {
  const file = "/project/a.ts";
  switch (key) {
    case "Alt+Enter":
      return one(rangeAt(text, file, selection, "form"));
    case "Ctrl+Alt+Enter":
      return one(rangeAt(text, file, selection, "enclosing"));
    case "Above":
      return formsAbove(readDocument(file, text), selection.start);
    default:
      return one(rangeAt(text, file, selection, "expression"));
  }
}

function one(range: ChosenRange) {
  return "error" in range ? range : [range];
}

for (const [selected, next] of [
  ["listing(|sandbox, oth|er);", "Select `listing(sandbox, other)`, or put the cursor in it"],
  ["const a = f(|1 + 2| * 3);", "Select `1 + 2 * 3`, or put the cursor in it"],
  ["|first();\nsecond(|);", "Select lines 1 to 2 whole, or one expression inside a form."],
  ["function f() {\n  if (|a) retu|rn b;\n}", "Select lines 1 to 3, or put the cursor in it"],
] as const) {
  test(`half of something selected: ${next}`, () => {
    const { text, cursors } = readNotation(selected);
    const [start = 0, end = 0] = cursors;
    const range = rangeAt(text, "/project/a.ts", { start, end }, "expression");
    assert.ok("error" in range);
    assert.ok(range.error.next?.startsWith(next), range.error.next);
  });
}

test("each press on what was taken takes the next larger, up to the form", () => {
  const text = 'const report = wrap({ of: [await run(ls(hs, "/"))] });';
  const cursor = text.indexOf("hs");
  let range: Span = { start: cursor, end: cursor };
  const taken: string[] = [];
  for (let press = 0; press < 6; press += 1) {
    const next = rangeAt(text, "/project/a.ts", range, "enclosing");
    assert.ok(!("error" in next));
    taken.push(text.slice(next.start, next.end));
    range = next;
  }
  assert.deepEqual(taken, [
    'await run(ls(hs, "/"))',
    '[await run(ls(hs, "/"))]',
    '{ of: [await run(ls(hs, "/"))] }',
    'wrap({ of: [await run(ls(hs, "/"))] })',
    text,
    text,
  ]);
});

function readRows(): Row[] {
  const document = readFileSync(new URL("../../../docs/evaluation.md", import.meta.url), "utf8");
  const [, table = ""] = /<!-- positions -->(.*)<!-- \/positions -->/s.exec(document) ?? [];
  const lines = table.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) => {
    const [, key = "", where = "", taken = ""] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const code = [...taken.matchAll(/`([^`]*)`/g)].map(([, span = ""]) => span);
    const notation = code.join("\n").replaceAll("\\|", "|");
    return { key, where, notation, takesNothing: taken.startsWith("nothing:") };
  });
}

function readNotation(notation: string) {
  const cursors: number[] = [];
  const marks: number[] = [];
  let text = "";
  for (const character of notation) {
    if (character === "|") cursors.push(text.length);
    else if (character === "«" || character === "»") marks.push(text.length);
    else text += character;
  }
  const expected: Span[] = [];
  for (let index = 0; index < marks.length; index += 2) {
    expected.push({ start: marks[index] ?? 0, end: marks[index + 1] ?? 0 });
  }
  return { text, cursors, expected };
}

/** The text with all of the spans marked. */
function mark(text: string, spans: readonly Span[]): string {
  let marked = text;
  for (const { start, end } of spans.toReversed()) {
    marked = `${marked.slice(0, start)}«${marked.slice(start, end)}»${marked.slice(end)}`;
  }
  return marked;
}
