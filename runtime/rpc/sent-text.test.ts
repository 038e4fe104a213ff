// Both ends must mean the same text, whatever is left out between them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HeardText, SentText } from "./sent-text.ts";

test("of a text that was sent only what changed is sent, and all of it is meant", () => {
  const messages = exchange([
    ["a.ts", "1"],
    ["a.ts", "1"],
    ["a.ts", "2"],
    ["b.ts", "2"],
    ["b.ts", "2"],
    ["a.ts", "2"],
    ["a.ts", ""],
    ["a.ts", ""],
  ]);
  assert.deepEqual(messages, [
    "1",
    undefined,
    { start: 0, end: 1, text: "2" },
    "2",
    undefined,
    undefined,
    { start: 0, end: 1, text: "" },
    undefined,
  ]);
});

test("of many files both ends forget the same ones", () => {
  const files = "abcdebacdeabcde".split("").map((file): readonly [string, string] => [file, "1"]);
  const sent = exchange(files).map((text) => (text === undefined ? "known" : "sent"));
  assert.deepEqual(new Set(sent), new Set(["known", "sent"]));
});

/** Sends texts from one end to the other, which must mean the same; gives what was sent. */
function exchange(texts: readonly (readonly [file: string, text: string])[]) {
  const sent = new SentText();
  const heard = new HeardText();
  return texts.map(([file, text]) => {
    const message = sent.send(file, text);
    assert.equal(heard.hear(file, message.text), text);
    return message.text;
  });
}

test("a text that was never sent is a mistake, not an empty file", () => {
  const heard = new HeardText();
  assert.throws(() => heard.hear("a.ts", undefined), /no text of a\.ts was sent/);
  heard.hear("b.ts", "1");
  assert.throws(() => heard.hear("a.ts", undefined), /no text of a\.ts was sent/);
});
