// Every piece of output can be told to belong to its evaluation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Transcript } from "./transcript.ts";

test("output stands under the mark of its evaluation, its end below", () => {
  const { transcript, text } = record();
  transcript.place("1", "a.ts:3");
  transcript.output("1", "hello\n");
  transcript.output("1", "world\n");
  transcript.end("1", "⇒ 2");
  assert.equal(text(), "── a.ts:3 ──\nhello\nworld\n⇒ 2\n");
});

test("two that print in turn are marked at each change, on a line of their own", () => {
  const { transcript, text } = record();
  transcript.place("1", "a.ts:3");
  transcript.place("2", "a.ts:9");
  transcript.output("1", "one");
  transcript.output("2", "two\n");
  transcript.output(undefined, "tick\n");
  transcript.end("1", "⇒ done");
  assert.equal(
    text(),
    "── a.ts:3 ──\none\n── a.ts:9 ──\ntwo\n── in the background ──\ntick\n── a.ts:3 ──\n⇒ done\n",
  );
});

test("colours are taken out, an end is told once", () => {
  const { transcript, text } = record();
  transcript.place("1", "a.ts:3");
  transcript.output("1", "\u001B[32mgreen\u001B[0m\n");
  transcript.end("1", "⇒ 1");
  transcript.end("1", "⇒ 1");
  assert.equal(text(), "── a.ts:3 ──\ngreen\n⇒ 1\n");
});

function record() {
  const written: string[] = [];
  return { transcript: new Transcript((one) => written.push(one)), text: () => written.join("") };
}
