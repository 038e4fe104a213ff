// Questions of several servers come one after another, and a withdrawn one never shows.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { TurnsOfQuestions } from "./turns-of-questions.ts";

test("the next question shows when the one before is over, also when that failed", async () => {
  const turns = new TurnsOfQuestions();
  const { signal } = new AbortController();
  const shown: string[] = [];
  const first = Promise.withResolvers<string>();
  const ask = (name: string, answer: Promise<string>) =>
    turns.take(
      () => {
        shown.push(name);
        return answer;
      },
      "declined",
      signal,
    );
  const one = ask("one", first.promise);
  const two = ask("two", Promise.resolve("yes"));
  await turn();
  assert.deepEqual(shown, ["one"]);
  first.reject(new Error("no window"));
  await assert.rejects(one, /no window/u);
  assert.equal(await two, "yes");
  assert.deepEqual(shown, ["one", "two"]);
});

test("a question that was withdrawn before its turn never shows", async () => {
  const turns = new TurnsOfQuestions();
  const first = Promise.withResolvers<string>();
  const { signal } = new AbortController();
  const one = turns.take(() => first.promise, "declined", signal);
  const withdrawal = new AbortController();
  const two = turns.take(() => assert.fail("shown"), "declined", withdrawal.signal);
  withdrawal.abort();
  first.resolve("yes");
  assert.equal(await one, "yes");
  assert.equal(await two, "declined");
});
