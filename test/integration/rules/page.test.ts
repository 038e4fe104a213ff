// The page of rules is read strictly: what nobody understands fails, and says where.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readRules } from "./page.ts";

const rule = (steps: string, file = "```ts\n// a.ts\nconst a = 1;\n```\n") =>
  `# Page\n\n## Part\n\n### The rule\n\nWords.\n\n${file}\n${steps}\n`;

test("files, steps and what must come are read", () => {
  const [first] = readRules(
    rule("1. Change `1` to `2` in `a.ts`\n2. Alt+Enter on `const a` in `a.ts` → `2`; note `x`\n"),
  );
  assert.equal(first?.name, "The rule");
  assert.deepEqual([...first.files], [["a.ts", "// a.ts\nconst a = 1;\n"]]);
  assert.deepEqual(
    first.steps.map(({ does }) => does),
    ["change", "form"],
  );
  const [, last] = first.steps;
  assert.deepEqual(last && "expected" in last && last.expected, [{ notes: ["x"], display: "2" }]);
});

for (const [what, text, message] of [
  ["a step", rule("1. Evaluate `a`\n"), /The rule: a step is not understood/],
  ["an outcome", rule("1. Load `a.ts` → well\n"), /The rule: .*"well" is not understood/],
  ["an evaluation without an outcome", rule("1. Load `a.ts`\n"), /not understood/],
  ["another file", rule("1. Load `b.ts` → nothing\n"), /The rule: there is no b\.ts/],
  ["a file without a name", rule("1. Load `a.ts` → nothing\n", "```ts\n1;\n```\n"), /name/],
  ["a rule that shows nothing", rule("1. Save `a.ts`\n"), /The rule: it shows nothing/],
] as const) {
  test(`${what} is refused`, () => {
    assert.throws(() => readRules(text), message);
  });
}
