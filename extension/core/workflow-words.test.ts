// The words of go, stop, reset and refresh.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeComponents, describeRefresh, describeRefreshError } from "./workflow-words.ts";

const nothing = { evaluated: [], reread: [], deleted: [], gone: [] };

test("a refresh says which files were evaluated, and what went", () => {
  assert.equal(describeRefresh(nothing), "Nothing has changed on disk since it was evaluated.");
  const report = {
    evaluated: ["a.ts", "b.ts"],
    reread: ["s.json"],
    deleted: ["old.ts"],
    gone: [
      { file: "old.ts", names: ["x"] },
      { file: "a.ts", names: ["y", "z"] },
    ],
  };
  assert.equal(
    describeRefresh(report, ["c.ts"]),
    "Evaluated anew: a.ts, b.ts. Read again: s.json. Deleted, and its names gone: old.ts. Gone from a.ts: y, z. Not saved, so not looked at: c.ts.",
  );
  const many = ["1", "2", "3", "4", "5", "6", "7"];
  assert.equal(
    describeRefresh({ ...nothing, evaluated: many }),
    "Evaluated anew: 1, 2, 3, 4, 5 and 2 more.",
  );
});

test("a broken file is named with its line and what to do", () => {
  const error = {
    file: "/p/lib/a.ts",
    line: 3,
    column: 1,
    message: "Unexpected token",
    name: "SyntaxError",
    next: "Mend it.",
    frames: [],
  };
  assert.equal(
    describeRefreshError(error, "/p"),
    "lib/a.ts, line 3: SyntaxError: Unexpected token. Mend it.",
  );
});

test("components say what was done, and what the user should know", () => {
  const report = { stopped: ["b", "a"], started: ["a", "b"], notes: ["One was lost."] };
  assert.equal(
    describeComponents("stop", report),
    "Stopped: b, a. Nothing runs on hosts until Go. One was lost.",
  );
  assert.equal(describeComponents("go", { ...report, notes: [] }), "Started: a, b.");
  assert.equal(
    describeComponents("reset", report),
    "Reset: a, b started anew, and nothing is evaluated. One was lost.",
  );
  const idle = { stopped: [], started: [], notes: [] };
  assert.equal(describeComponents("go", idle), "Everything runs already.");
  assert.equal(describeComponents("stop", idle), "Everything is stopped already.");
});
