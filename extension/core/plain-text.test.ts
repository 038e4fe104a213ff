// What programs print for terminals becomes readable text, and nothing of a line that a person needs is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { firstLine, plainText, shorten } from "./plain-text.ts";

test("colours, Windows line ends and bells are gone", () => {
  assert.equal(plainText("\u001B[31mred\u001B[0m\r\nnext\u0007"), "red\nnext\uFFFD");
});

test("of a progress line that overwrites itself the last state stays", () => {
  assert.equal(plainText("10 %\r50 %\r100 %\ndone\n"), "100 %\ndone\n");
});

test("the first line that says something is taken, and cut", () => {
  assert.equal(firstLine("\n   \n  total 12\nx", 40), "total 12");
  assert.equal(firstLine("abcdefgh", 5), "abcd…");
  assert.equal(firstLine("", 5), "");
});

test("a cut never halves a character", () => {
  assert.equal(shorten("abc🙂def", 5), "abc…");
});
