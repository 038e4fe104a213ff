// What the marks of forms say, and that they go with the server that told them.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FormMark } from "re-ops/protocol";
import type { TextEdit } from "./edits.ts";
import { describeMark, FormMarks } from "./form-marks.ts";

test("a mark that asks for something says what it means and what to do", () => {
  const line = 0;
  assert.equal(describeMark({ line, state: "current" }), undefined);
  assert.equal(describeMark({ line, state: "never" }), undefined);
  assert.match(describeMark({ line, state: "edited" }) ?? "", /Edited since.*Evaluate this form/u);
  assert.match(describeMark({ line, state: "failed" }) ?? "", /Failed/u);
  assert.equal(
    describeMark({ line, state: "older", older: ["a"] }),
    "**Holds an older** `a`, which was evaluated again since. Evaluate this form to use the new one.",
  );
  assert.match(
    describeMark({ line, state: "edited", older: ["a", "b"] }) ?? "",
    /^\*\*Edited since[^]*\n\n\*\*Holds older\*\* `a` and `b`, which were/u,
  );
});

test("marks move with their lines, and stay when somebody types in one", () => {
  const marks = new FormMarks();
  const at = (line: number): FormMark => ({ line, state: "current" });
  marks.set("/p", "/p/a.ts", [at(2), at(5), at(9)]);
  const edit = (line: number, to: number, text: string): TextEdit => {
    const places = { from: { line, column: 0 }, to: { line: to, column: 0 } };
    return { start: 0, end: 0, text, ...places };
  };
  const told: [file: string, areMoved: boolean][] = [];
  marks.onChange((...change) => told.push(change));
  const lines = () => marks.of("/p/a.ts").map(({ line }) => line);
  marks.edit("/p/a.ts", [edit(3, 3, "a\nb\n")]);
  assert.deepEqual(lines(), [2, 7, 11]);
  marks.edit("/p/a.ts", [edit(8, 9, ""), edit(2, 2, "x")]);
  assert.deepEqual(lines(), [2, 7, 10]);
  marks.edit("/p/a.ts", [edit(2, 2, "x")]);
  assert.deepEqual(told, [
    ["/p/a.ts", true],
    ["/p/a.ts", true],
  ]);
});

test("the marks of a project go with its server, those of others stay", () => {
  const marks = new FormMarks();
  const told: string[] = [];
  const stop = marks.onChange((file) => void told.push(file));
  marks.set("/p", "/p/a.ts", [{ line: 0, state: "current" }]);
  marks.set("/q", "/q/b.ts", [{ line: 1, state: "never" }]);
  marks.forget("/p");
  marks.close("/p/a.ts");
  assert.deepEqual(marks.of("/p/a.ts"), []);
  assert.deepEqual(marks.of("/q/b.ts"), [{ line: 1, state: "never" }]);
  stop();
  marks.close("/q/b.ts");
  assert.deepEqual(marks.of("/q/b.ts"), []);
  assert.deepEqual(told, ["/p/a.ts", "/q/b.ts", "/p/a.ts"]);
});
