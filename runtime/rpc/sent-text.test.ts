// Both ends must mean the same text, whatever is left out between them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HeardText, SentText } from "./sent-text.ts";

test("an unchanged text is left out, and meant all the same", () => {
  const sent = new SentText();
  const heard = new HeardText();
  const texts = [
    ["a.ts", "1"],
    ["a.ts", "1"],
    ["a.ts", "2"],
    ["b.ts", "2"],
    ["b.ts", "2"],
    ["a.ts", "2"],
    ["a.ts", ""],
    ["a.ts", ""],
  ] as const;
  const messages = texts.map(([file, text]) => ({ file, ...sent.send(file, text) }));
  assert.deepEqual(
    messages.map(({ text }) => text),
    ["1", undefined, "2", "2", undefined, "2", "", undefined],
  );
  assert.deepEqual(
    messages.map(({ file, text }) => [file, heard.hear(file, text)]),
    texts,
  );
});

test("a text that was never sent is a mistake, not an empty file", () => {
  const heard = new HeardText();
  assert.throws(() => heard.hear("a.ts", undefined), /no text of a\.ts was sent/);
  heard.hear("b.ts", "1");
  assert.throws(() => heard.hear("a.ts", undefined), /no text of a\.ts was sent/);
});
