// What is written joined with what was evaluated: each state, through edits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "re-ops/syntax";
import { createStandings, type StoodForm } from "../live/standings.ts";
import { marksOf } from "./form-marks.ts";
import { createFormReader } from "./marked-forms.ts";

const file = "/project/a.ts";

/** A file whose text is edited while its forms are evaluated. */
function openFile() {
  const standings = createStandings();
  const readForms = createFormReader();
  const formsOf = (text: string) => readForms(readDocument(file, text));
  const stand = (text: string, how: Partial<StoodForm> = {}) => {
    for (const { inRepl, names, code } of formsOf(text).forms) {
      standings.apply([{ file, form: { inRepl, names, code, older: [], ...how } }]);
    }
  };
  return {
    standings,
    evaluated: stand,
    failed: (text: string) => {
      for (const { inRepl, names, code } of formsOf(text).forms) {
        standings.apply([{ file, form: { inRepl, names, failedCode: code, older: [] } }]);
      }
    },
    marks: (text: string) => marksOf(formsOf(text), standings.of(file)),
    states: (text: string) => marksOf(formsOf(text), standings.of(file)).map(({ state }) => state),
  };
}

test("no marks in a file of which nothing was ever evaluated", () => {
  assert.deepEqual(openFile().marks("const a = 1;\n"), []);
});

test("evaluated and unchanged, edited since, never evaluated, each at its line; types have none", () => {
  const { evaluated, marks } = openFile();
  evaluated("const a = 1;\nconst b = 2;\n");
  assert.deepEqual(marks("const a = 1;\n\ntype T = 1;\nconst b = 3;\nconst c = 4;\n"), [
    { line: 0, state: "current" },
    { line: 3, state: "edited" },
    { line: 4, state: "never" },
  ]);
});

test("comments and spacing do not count; undoing an edit is no edit", () => {
  const { evaluated, states } = openFile();
  evaluated("const a = f(1);\n");
  assert.deepEqual(states("// why\nconst a =\n  f( 1 ); // done\n"), ["current"]);
  assert.deepEqual(states("const a = f(2);\n"), ["edited"]);
  assert.deepEqual(states("const a = f(1);\n"), ["current"]);
});

test("failed for as long as the text is the one that failed", () => {
  const { evaluated, failed, states, standings } = openFile();
  failed("const a = boom();\n");
  assert.deepEqual(states("const a = boom();\n"), ["failed"]);
  assert.deepEqual(states("const a = 1;\n"), ["edited"]);
  const [first] = standings.of(file)?.forms.values() ?? [];
  assert.ok(first);
  evaluated("const a = 1;\n", first);
  assert.deepEqual(states("const a = boom();\n"), ["failed"], "and evaluated before");
});

test("holding an older value is said of one that is unchanged, and beside an edit", () => {
  const { evaluated, marks } = openFile();
  evaluated("const b = a;\n", { older: ["a"] });
  assert.deepEqual(marks("const b = a;\n"), [{ line: 0, state: "older", older: ["a"] }]);
  assert.deepEqual(marks("const b = -a;\n"), [{ line: 0, state: "edited", older: ["a"] }]);
});

test("a form without a name is followed through edits of it and around it", () => {
  const { evaluated, states } = openFile();
  evaluated("f(1);\nf(2);\n");
  assert.deepEqual(states("f(1);\nf(2);\n"), ["current", "current"]);
  assert.deepEqual(states("f(1);\nf(3);\n"), ["current", "edited"]);
  assert.deepEqual(states("f(1);\nf(34);\n"), ["current", "edited"]);
  assert.deepEqual(states("f(1);\ng();\nf(34);\n"), ["current", "never", "edited"]);
  assert.deepEqual(states("g();\nf(34);\n"), ["never", "edited"]);
  assert.deepEqual(states("g();\nf(2);\n"), ["never", "current"]);
});

test("what does not parse for a moment is not forgotten", () => {
  const { evaluated, states } = openFile();
  evaluated("f(1);\nf(2);\n");
  assert.deepEqual(states("f(1);\nf(2);\n"), ["current", "current"]);
  assert.deepEqual(states("f(1);\nf(2;\n"), ["current"]);
  assert.deepEqual(states("f(1);\nf(3);\n"), ["current", "edited"]);
});

test("an edited form that is evaluated is the one that edits are told from", () => {
  const { evaluated, states } = openFile();
  evaluated("f(1);\n");
  states("f(1);\n");
  states("f(2);\n");
  evaluated("f(2);\n");
  assert.deepEqual(states("f(2);\n"), ["current"]);
  assert.deepEqual(states("f(3);\n"), ["edited"]);
});

test("forms of an import.meta.repl block have marks of their own, the block none", () => {
  const { evaluated, marks } = openFile();
  evaluated("if (import.meta.repl) {\n  const a = 1;\n}\n");
  assert.deepEqual(marks("const a = 1;\nif (import.meta.repl) {\n  const a = 1;\n  f();\n}\n"), [
    { line: 0, state: "never" },
    { line: 2, state: "current" },
    { line: 3, state: "never" },
  ]);
});

test("declarations that are taken apart were evaluated, together", () => {
  const { evaluated, states } = openFile();
  evaluated("const a = 1, b = 2;\n");
  assert.deepEqual(states("const a = 1;\nconst b = 2;\nconst c = 3;\n"), [
    "edited",
    "edited",
    "never",
  ]);
});

test("a new live process knows of nothing; names that are gone from the file were never there", () => {
  const { evaluated, states, standings } = openFile();
  evaluated("const a = 1;\nf(1);\n");
  standings.apply([{ file, removed: ["a"] }]);
  assert.deepEqual(states("const a = 1;\nf(1);\n"), ["never", "current"]);
  standings.clear();
  assert.deepEqual(states("const a = 1;\nf(1);\nf(2);\n"), ["never", "never", "never"]);
});

test("whoever listens is told which files have changed, until it stops", () => {
  const { standings, evaluated } = openFile();
  const told: (readonly string[])[] = [];
  const stop = standings.onChange((files) => void told.push(files));
  evaluated("const a = 1;\n");
  standings.clear();
  stop();
  standings.clear();
  assert.deepEqual(told, [[file], [file]]);
});
