// Answers of people are hidden, but never so that what hosts print for other reasons becomes something else.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SecretKind } from "../questions/question.ts";
import { createQuestions } from "../questions/questions.ts";
import { hideAnswers } from "./hide-answers.ts";
import { createRedaction } from "./redaction.ts";

async function show(what: SecretKind, value: string, text: string): Promise<string> {
  const redaction = createRedaction();
  const asker = {
    askSecret: () => Promise.resolve({ kind: "answered", value } as const),
    askHostKeys: () => assert.fail("host keys"),
    forget() {},
  };
  const questions = hideAnswers(createQuestions(asker), redaction);
  const question = { what, host: "root@web:22", prompt: "token" };
  const given = await questions.askSecret(question, new AbortController().signal);
  assert.equal(given.kind === "answered" && given.value, value);
  return redaction.text(text);
}

test("a code is good for one time, and changes no number that is printed later", async () => {
  const text = "size 1234567 bytes";
  assert.equal(await show("code", "123456", text), text);
});

test("a password that may be a word, a path, a number or a date leaves what hosts print as it is", async () => {
  for (const value of ["root", "1234", "pa$$", "postgres", "/var/lib/mysql", "12345678"]) {
    assert.equal(await show("password", value, `before ${value} after`), `before ${value} after`);
  }
  assert.equal(await show("sudo password", "2026-11-21", "on 2026-11-21"), "on 2026-11-21");
});

test("every other password, passphrase and secret is hidden", async () => {
  const cases: readonly (readonly [SecretKind, string])[] = [
    ["password", "hunter2!"],
    ["sudo password", "abcdefgh1"],
    ["passphrase", "correct horse"],
    ["password", "correcthorsebattery"],
    ["password", "1234567890123456"],
  ];
  for (const [what, value] of cases) {
    assert.equal(await show(what, value, `before ${value} after`), `before ‹${what}› after`);
  }
  assert.equal(await show("secret", "root", "/root"), "/‹secret token›");
});
