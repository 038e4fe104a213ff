// What programs print for terminals becomes readable text, whatever it was meant to do to the terminal, and in good time.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { plainText } from "./plain-text.ts";

test("colours and Windows line ends are gone, bells and zero bytes stand as what they are", () => {
  assert.equal(plainText("\u001B[31mred\u001B[0m\r\nnext\u0007\0"), "red\nnext\uFFFD\uFFFD");
});

test("of a line that overwrites itself the last state stays", () => {
  assert.equal(plainText("10 %\r50 %\r100 %\ndone\n"), "100 %\ndone\n");
  assert.equal(plainText("10 %\r50 %\r"), "50 %");
  assert.equal(plainText("a\r\rb\r\n"), "b\n");
  assert.equal(plainText("10 %\r\u001B[K20 %\r\u001B[2K"), "20 %");
  assert.equal(plainText("|\b/\b-\bdone\n"), "done\n");
});

test("titles, links, cursor movements and strings to the device are gone with their contents", () => {
  const title = "\u001B]0;a new title, with spaces\u0007";
  const link = "\u001B]8;;https://example.org\u001B\\here\u001B]8;;\u001B\\";
  const device = "\u001BP1$r0m\u001B\\\u009B2J\u001B7\u001B(B\u001BcX";
  assert.equal(plainText(`1${title}2${link}3${device}4`), "12here3X4");
  assert.equal(plainText("\u001B]0;never ended\nnext line"), "\nnext line");
});

test("nothing that a terminal obeys is left of any text", () => {
  const part = fc.oneof(
    fc.constantFrom("\u001B", "\u001B]", "\u001B[", "\u009B", "\u009D", "\u0007", "\r", "\b", "\n"),
    fc.string({ unit: "binary", maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      assert.doesNotMatch(plainText(parts.join("")), /(?![\n\t])\p{Cc}/u);
    }),
  );
});

test("long lines of states, and lines of nothing but controls, take no longer than their length", () => {
  const states = Array.from({ length: 100_000 }, (_, count) => `${count} %`).join("\r");
  assert.equal(plainText(states), "99999 %");
  for (const control of ["\r", "\b", "\u001B", "\u001B]", "\u001B[1;", "\u001BP"]) {
    assert.doesNotMatch(plainText(control.repeat(500_000)), /x/u);
  }
});
