// Planted untidiness must be found, and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findUntidyInText } from "./tidy.ts";

test("a source file without a first sentence, or too long, is named", () => {
  assert.deepEqual(findUntidyInText("a.ts", 'import "b";\n'), [
    'a.ts:1 starts without a sentence that says what it is for: begin with "// …".',
  ]);
  const long = `// Says what it is for.\n${"x;\n".repeat(400)}`;
  assert.deepEqual(findUntidyInText("a.ts", long), [
    "a.ts:400 has 401 lines, 400 is the most: probably it is two things.",
  ]);
  assert.deepEqual(findUntidyInText("a.ts", "#!/usr/bin/env node\n/** Says it too. */\n"), []);
});

test("a registry's host and a particular machine's folder are named with their line", () => {
  const host = ["https://registry", "npmjs", "org"].join(".");
  assert.match(
    findUntidyInText("README.md", `one\n${host}\n`).join(),
    /^README\.md:2 names a package/u,
  );
  const folder = ["", "work", "main"].join("/");
  assert.match(findUntidyInText("a.md", `see "${folder}"`).join(), /^a\.md:1 names a folder/u);
  assert.deepEqual(findUntidyInText("a.md", "homework/main, network/main and /workspace/x"), []);
});
