// Questions come one at a time, the same one once; answers are kept until they prove wrong, and cancelling takes a question away.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { makePatientPerson, say } from "../../../test/support/patient-person.ts";
import { cleanPrompt } from "./clean-prompt.ts";
import type { SecretQuestion } from "./question.ts";
import { createQuestions } from "./questions.ts";

const never = new AbortController().signal;

function password(host: string, evaluationId = "1"): SecretQuestion {
  return { what: "password", host, about: `password ${host}`, evaluationId };
}

test("one question at a time, in the order in which they came", async () => {
  const { puts, questions } = makePatientPerson();
  const first = questions.askSecret(password("a"), never);
  const second = questions.askSecret(password("b"), never);
  await turn();
  assert.deepEqual(
    puts.map(({ question }) => question.host),
    ["a"],
  );
  say(puts, 0, "one");
  await first;
  await turn();
  assert.deepEqual(
    puts.map(({ question }) => question.host),
    ["a", "b"],
  );
  say(puts, 1, "two");
  const answers = [await first, await second];
  assert.deepEqual(
    answers.map((one) => (one.kind === "answered" ? one.value : one.kind)),
    ["one", "two"],
  );
});

test("the same question is asked once for all who have it, and later nobody is asked again", async () => {
  const { puts, questions } = makePatientPerson();
  const asked = [1, 2, 3].map(() => questions.askSecret(password("a"), never));
  await turn();
  say(puts, 0, "x");
  for (const one of await Promise.all(asked)) assert.equal(one.kind, "answered");
  assert.equal((await questions.askSecret(password("a", "2"), never)).kind, "answered");
  assert.equal(puts.length, 1);
});

test("a wrong answer is forgotten everywhere, once, and the next question says so", async () => {
  const { puts, forgotten, questions } = makePatientPerson();
  const asked = [1, 2].map(() => questions.askSecret(password("a"), never));
  await turn();
  say(puts, 0, "x");
  const [one, two] = await Promise.all(asked);
  assert.ok(one?.kind === "answered" && two?.kind === "answered");
  one.wrong();
  const again = questions.askSecret(password("a"), never);
  two.wrong();
  await turn();
  assert.equal(puts.length, 2);
  assert.deepEqual([puts[0]?.question.retry, puts[1]?.question.retry], [false, true]);
  assert.deepEqual(forgotten, ["password a"]);
  say(puts, 1, "y");
  const answer = await again;
  assert.ok(answer.kind === "answered");
  assert.equal(answer.value, "y");
  two.wrong();
  answer.right();
  assert.equal(forgotten.length, 1);
  assert.equal((await questions.askSecret(password("a"), never)).kind, "answered", "y is kept");
  assert.equal(puts.length, 2);
});

test("after one password was declined, those that are kept are given all the same", async () => {
  const { puts, questions } = makePatientPerson(new Map([["password kept", "x"]]));
  const asked = ["a", "b", "kept"].map((host) => questions.askSecret(password(host), never));
  await turn();
  puts[0]?.answer({ kind: "declined" });
  assert.deepEqual(
    (await Promise.all(asked)).map(({ kind }) => kind),
    ["declined", "declined", "answered"],
  );
  assert.equal((await questions.askSecret(password("c"), never)).kind, "declined");
  assert.equal(puts.length, 1);
});

test("evaluations side by side do not undo what was declined in each other", async () => {
  const { puts, questions } = makePatientPerson();
  for (const [index, evaluationId] of ["1", "2"].entries()) {
    const asked = questions.askSecret(password("a", evaluationId), never);
    await turn();
    puts[index]?.answer({ kind: "declined" });
    await asked;
  }
  for (const evaluationId of ["1", "2"]) {
    assert.equal((await questions.askSecret(password("b", evaluationId), never)).kind, "declined");
  }
  assert.equal(puts.length, 2);
});

test("a password that has opened its own host is asked for again when it does not any more", async () => {
  const { puts, questions } = makePatientPerson();
  const asked = questions.askSecret(password("a"), never);
  await turn();
  say(puts, 0, "x");
  const given = await asked;
  assert.ok(given.kind === "answered");
  given.right();
  assert.deepEqual(given.wrong(), { isAskedAgain: true });
  void questions.askSecret(password("a"), never);
  await turn();
  assert.equal(puts.length, 2);
});

test("what was declined is not asked again in the same evaluation, but in the next one", async () => {
  const { puts, questions } = makePatientPerson();
  const first = questions.askSecret(password("a"), never);
  await turn();
  puts[0]?.answer({ kind: "declined" });
  assert.equal((await first).kind, "declined");
  assert.equal((await questions.askSecret(password("a"), never)).kind, "declined");
  assert.equal(puts.length, 1);
  void questions.askSecret(password("a", "2"), never);
  await turn();
  assert.equal(puts.length, 2);
});

test("whoever declines one password has declined those of all hosts of that evaluation, and each of them says so", async () => {
  const { puts, questions } = makePatientPerson();
  const hosts = ["web1", "web2", "web3"];
  const asked = hosts.map((host) => questions.askSecret(password(host), never));
  const key = { what: "passphrase", host: "web1", about: "passphrase k" } as const;
  void questions.askSecret({ ...key, evaluationId: "1" }, never);
  void questions.askSecret(password("web1", "2"), never);
  await turn();
  assert.equal(puts[0]?.question.others, 2, "neither another kind nor another evaluation");
  say(puts, 0, "x");
  await asked[0];
  await turn();
  assert.equal(puts[1]?.question.others, 1);
  puts[1]?.answer({ kind: "declined" });
  assert.deepEqual(await asked[1], { kind: "declined" });
  const instead = { kind: "declined", instead: "web2" };
  assert.deepEqual(await asked[2], instead);
  assert.deepEqual(await questions.askSecret(password("web4"), never), instead);
  assert.equal(
    (await questions.askSecret(password("web1"), never)).kind,
    "answered",
    "it is known",
  );
  await turn();
  const next = puts.slice(2).map(({ question }) => [question.what, question.evaluationId]);
  assert.deepEqual(next, [["passphrase", "1"]]);
  puts[2]?.answer({ kind: "declined" });
  void questions.askSecret({ ...key, about: "passphrase other", evaluationId: "1" }, never);
  await turn();
  await turn();
  assert.equal(puts[3]?.question.about, "passphrase other", "another key may do");
});

test("a code that was declined is asked for by no other host of that evaluation", async () => {
  const { puts, questions } = makePatientPerson();
  const ask = (host: string) => questions.askSecret({ what: "code", host, prompt: "Code:" }, never);
  const asked = [ask("a"), ask("b"), ask("c")];
  await turn();
  say(puts, 0, "1");
  await asked[0];
  await turn();
  assert.equal(puts[1]?.question.others, 1);
  puts[1]?.answer({ kind: "declined" });
  assert.deepEqual(await asked[2], { kind: "declined", instead: "b" });
  assert.equal(puts.length, 2);
});

test("a code is asked for each time", async () => {
  const { puts, questions } = makePatientPerson();
  const ask = () => questions.askSecret({ what: "code", host: "a", prompt: "Code:" }, never);
  const [first, second] = [ask(), ask()];
  await turn();
  say(puts, 0, "1");
  await first;
  await turn();
  say(puts, 1, "2");
  const given = await second;
  assert.ok(given.kind === "answered");
  assert.equal(given.value, "2");
});

test("a question is taken away when the last who waits for it gives up, and the next one comes", async () => {
  const { puts, questions } = makePatientPerson();
  const stops = [new AbortController(), new AbortController()];
  const asked = stops.map(({ signal }) => questions.askSecret(password("a"), signal));
  const next = questions.askSecret(password("b"), never);
  await turn();
  stops[0]?.abort(new Error("cancelled"));
  await assert.rejects(asked[0] ?? missing(), /cancelled/u);
  assert.equal(puts[0]?.signal.aborted, false);
  stops[1]?.abort(new Error("cancelled"));
  await assert.rejects(asked[1] ?? missing(), /cancelled/u);
  assert.equal(puts[0]?.signal.aborted, true);
  puts[0]?.answer({ kind: "declined" });
  await turn();
  assert.equal(puts[1]?.question.host, "b");
  say(puts, 1, "x");
  assert.equal((await next).kind, "answered");
});

test("one that was cancelled before its turn is never put", async () => {
  const { puts, questions } = makePatientPerson();
  const first = questions.askSecret(password("a"), never);
  const stop = new AbortController();
  const second = questions.askSecret(password("b"), stop.signal);
  stop.abort(new Error("cancelled"));
  await assert.rejects(second, /cancelled/u);
  const third = questions.askSecret(password("c"), never);
  await turn();
  say(puts, 0, "x");
  await first;
  await turn();
  assert.deepEqual(
    puts.map(({ question }) => question.host),
    ["a", "c"],
  );
  say(puts, 1, "y");
  await third;
});

test("with nobody to ask there is no answer, and nothing waits", async () => {
  assert.deepEqual(await createQuestions().askSecret(password("a"), never), { kind: "nobody" });
});

test("what a host says is shown as one short line without anything that acts", () => {
  assert.equal(cleanPrompt("\u001B[2JPass\r\nword\u202E for\u0000 me: "), "[2JPass word for me:");
  assert.equal(cleanPrompt("ä".repeat(5000)).length, 200);
});

function missing(): Promise<never> {
  return Promise.reject(new Error("there is no such question"));
}
