// Text beside code is one line, cut where no character is halved.
import assert from "node:assert/strict";
import { test } from "node:test";
import { firstLine, shorten } from "./short-text.ts";

test("the first line that says something is taken, and cut", () => {
  assert.equal(firstLine("\n   \n  total 12\nx", 40), "total 12");
  assert.equal(firstLine("abcdefgh", 5), "abcd…");
  assert.equal(firstLine("", 5), "");
});

test("a cut never halves a character", () => {
  assert.equal(shorten("abc🙂def", 5), "abc…");
});
