// A text is read once, however often it is asked for; few are remembered.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentDocuments } from "./recent-documents.ts";

const text = "a();\nb();\nc();\nd();\n";

test("the same text of a file is read once, another text of it anew", () => {
  const documents = new RecentDocuments(2);
  const first = documents.read("/a.ts", "1;");
  assert.equal(documents.read("/a.ts", "1;"), first);
  assert.notEqual(documents.read("/b.ts", "1;"), first);
  assert.equal(documents.read("/a.ts", "1;"), first);
  const edited = documents.read("/a.ts", "2;");
  assert.equal(edited.text, "2;");
  assert.notEqual(documents.read("/a.ts", "1;"), first);
});

test("of more files than are to be remembered the oldest is forgotten", () => {
  const documents = new RecentDocuments(2);
  const first = documents.read("/a.ts", "1;");
  documents.read("/b.ts", "1;");
  documents.read("/c.ts", "1;");
  assert.notEqual(documents.read("/a.ts", "1;"), first);
});

test("an edited text keeps the forms that were not edited, also after it did not parse for a while", () => {
  const documents = new RecentDocuments(2);
  const [first] = documents.read("/a.ts", text).forms;
  assert.ok(first);
  const broken = documents.read("/a.ts", text.replace("d()", "d("));
  assert.equal(broken.broken.length, 1);
  const mended = documents.read("/a.ts", text.replace("d()", "d(1)"));
  assert.deepEqual(mended.broken, []);
  assert.equal(mended.forms[0], first);
});
