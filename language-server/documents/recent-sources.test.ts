// A text is read once, however often it is asked for; few are remembered.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRecentSources } from "./recent-sources.ts";

test("the same text of a file is read once, another text of it anew", () => {
  const sources = createRecentSources();
  const first = sources.read("/a.ts", "1;");
  assert.equal(sources.read("/a.ts", "1;"), first);
  assert.notEqual(sources.read("/b.ts", "1;"), first);
  assert.equal(sources.read("/a.ts", "1;"), first);
  const edited = sources.read("/a.ts", "2;");
  assert.equal(edited.text, "2;");
  assert.notEqual(sources.read("/a.ts", "1;"), first);
});

test("of more files than an editor shows the oldest is forgotten", () => {
  const sources = createRecentSources();
  const first = sources.read("/a.ts", "1;");
  sources.read("/b.ts", "1;");
  sources.read("/c.ts", "1;");
  assert.notEqual(sources.read("/a.ts", "1;"), first);
});
