// A kept answer is given without asking; a question that is withdrawn while the keyring is looked through never shows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerSecret, type WhoAnswers } from "./answer-secret.ts";

const question = { what: "password", host: "web", about: "password web", retry: false } as const;

function answerers(kept: Promise<string | undefined>, more: Partial<WhoAnswers> = {}) {
  const keep = (): Promise<void> => assert.fail("kept");
  return { find: () => kept, type: () => assert.fail("shown"), keep, ...more };
}

test("withdrawn while the kept answer is looked for: nothing shows, also when the keyring never answers", async () => {
  const locked = Promise.withResolvers<undefined>();
  for (const kept of [locked.promise, new Promise<undefined>(() => {})]) {
    const withdrawal = new AbortController();
    const answer = answerSecret(question, answerers(kept), withdrawal.signal);
    withdrawal.abort();
    locked.resolve(undefined);
    assert.deepEqual(await answer, { kind: "declined" });
  }
});

test("what was kept is given, but not again when it was wrong; what is typed is kept when asked to", async () => {
  const { signal } = new AbortController();
  const given = await answerSecret(question, answerers(Promise.resolve("kept")), signal);
  assert.deepEqual(given, { kind: "answered", value: "kept", isKept: true });
  const written: string[][] = [];
  const people = answerers(Promise.resolve("kept"), {
    type: () => Promise.resolve({ value: "typed", keep: true }),
    keep: async (...what) => void written.push(what),
  });
  const typed = await answerSecret({ ...question, retry: true }, people, signal);
  assert.deepEqual(typed, { kind: "answered", value: "typed", isKept: true });
  assert.deepEqual(written, [["password web", "typed"]]);
});

test("where nobody is to be asked, what was kept is given, and else nothing", async () => {
  const { signal } = new AbortController();
  const keptOnly = { ...question, keptOnly: true };
  const given = await answerSecret(keptOnly, answerers(Promise.resolve("kept")), signal);
  assert.equal(given.kind, "answered");
  const none = await answerSecret(keptOnly, answerers(Promise.resolve(undefined)), signal);
  assert.deepEqual(none, { kind: "declined" });
});
