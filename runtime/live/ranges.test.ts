// Which range a key takes: every row of the table in docs/evaluation.md.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { rangeAt } from "./ranges.ts";

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
    const mode = key === "Alt+Enter" ? "form" : "expression";
    const range = rangeAt(text, "/project/a.ts", { start, end }, mode);
    if (takesNothing) {
      assert.ok("error" in range, "nothing must be taken");
      assert.ok(range.error.message.length > 0);
      return;
    }
    if ("error" in range) assert.fail(range.error.message);
    assert.equal(mark(text, range), mark(text, expected));
  });
}

function readRows(): Row[] {
  const document = readFileSync(new URL("../../docs/evaluation.md", import.meta.url), "utf8");
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
  return { text, cursors, expected: { start: marks[0] ?? 0, end: marks[1] ?? 0 } };
}

function mark(text: string, { start, end }: { start: number; end: number }): string {
  return `${text.slice(0, start)}«${text.slice(start, end)}»${text.slice(end)}`;
}
