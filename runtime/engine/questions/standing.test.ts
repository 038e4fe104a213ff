// An answer that many hosts share: an odd host changes nothing for the others, and one that is wrong for them is asked for again, once.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { makePatientPerson, say } from "../../../test/support/patient-person.ts";
import type { SecretQuestion } from "./question.ts";
import type { Questions } from "./questions.ts";

const never = new AbortController().signal;

function shared(host: string, evaluationId = "1"): SecretQuestion {
  return { what: "secret", host, prompt: "sudo", about: "secret sudo", evaluationId };
}

/** What each of these hosts is given. */
async function giveAll(questions: Questions, hosts: readonly string[], evaluationId = "1") {
  const given = await Promise.all(
    hosts.map((host) => questions.askSecret(shared(host, evaluationId), never)),
  );
  return given.map((one) => (one.kind === "answered" ? one : assert.fail(one.kind)));
}

test("what opened one host is not taken from the others by an odd one, now or later", async () => {
  const { puts, forgotten, questions } = makePatientPerson();
  const hosts = Array.from({ length: 1000 }, (_, index) => `web${String(index)}`);
  const first = giveAll(questions, hosts);
  await turn();
  say(puts, 0, "x");
  const [opened, odd, ...others] = await first;
  opened?.right();
  const because = "this host takes another password than the secret sudo, which opened ";
  assert.deepEqual(odd?.wrong(), { isAskedAgain: false, because: `${because}another host` });
  const [late] = await giveAll(questions, ["late"]);
  for (const one of [...others, late]) {
    assert.equal(one?.value, "x");
    one.right();
  }
  const [again] = await giveAll(questions, ["web1"], "2");
  assert.deepEqual(again?.wrong(), { isAskedAgain: false, because: `${because}other hosts` });
  assert.deepEqual([puts.length, forgotten], [1, []]);
});

test("hosts that all refuse the same answer ask once for another one", async () => {
  const { puts, forgotten, questions } = makePatientPerson();
  const hosts = Array.from({ length: 1000 }, (_, index) => `web${String(index)}`);
  const first = giveAll(questions, hosts);
  await turn();
  say(puts, 0, "x");
  for (const one of await first) assert.deepEqual(one.wrong(), { isAskedAgain: true });
  const second = giveAll(questions, hosts);
  await turn();
  say(puts, 1, "y");
  for (const one of await second) one.right();
  assert.deepEqual([puts.length, forgotten], [2, ["secret sudo"]]);
});

test("an odd host that is faster than the others asks in vain: what opens them is all that there is", async () => {
  const { puts, questions } = makePatientPerson();
  const first = giveAll(questions, ["odd", "web1", "web2"]);
  await turn();
  say(puts, 0, "x");
  const [odd, web1, web2] = await first;
  assert.deepEqual(odd?.wrong(), { isAskedAgain: true });
  const again = giveAll(questions, ["odd", "late"]);
  await turn();
  assert.equal(puts[1]?.signal.aborted, false);
  web1?.right();
  assert.equal(puts[1]?.signal.aborted, true);
  puts[1]?.answer({ kind: "declined" });
  const [oddAgain, late] = await again;
  assert.deepEqual([oddAgain?.value, late?.value], ["x", "x"]);
  web2?.right();
  assert.equal(oddAgain?.wrong().isAskedAgain, false);
  late?.right();
  await giveAll(questions, ["later"]);
  assert.equal(puts.length, 2);
});

test("when the password of the whole fleet has changed, the first host of the next evaluation asks for the new one", async () => {
  const { puts, questions } = makePatientPerson();
  const first = giveAll(questions, ["web1", "web2"]);
  await turn();
  say(puts, 0, "x");
  for (const one of await first) one.right();
  const [changed] = await giveAll(questions, ["web1"], "2");
  assert.deepEqual(changed?.wrong(), { isAskedAgain: true });
  const [known] = await Promise.all([
    giveAll(questions, ["web1", "web2"], "2"),
    turn().then(() => say(puts, 1, "y")),
  ]);
  assert.deepEqual(
    known.map(({ value }) => value),
    ["y", "y"],
  );
});

test("what opened one odd host is replaced when the fleet refuses it: asked once more, and nobody is refused", async () => {
  const { puts, forgotten, questions } = makePatientPerson();
  const hosts = Array.from({ length: 999 }, (_, index) => `web${String(index)}`);
  const ofAll = giveAll(questions, ["odd", ...hosts]);
  await turn();
  say(puts, 0, "x");
  for (const one of await ofAll) assert.equal(one.wrong().isAskedAgain, true);
  const ofOdd = giveAll(questions, ["odd", ...hosts]);
  await turn();
  say(puts, 1, "of odd");
  const [odd, ...refused] = await ofOdd;
  odd?.right();
  for (const one of refused) assert.deepEqual(one.wrong(), { isAskedAgain: true });
  const ofOthers = giveAll(questions, hosts);
  await turn();
  odd?.right(); // of another step: the question stays
  say(puts, 2, "y");
  for (const one of await ofOthers) {
    assert.equal(one.value, "y");
    one.right();
  }
  const [again] = await giveAll(questions, ["odd"], "2");
  assert.equal(again?.wrong().isAskedAgain, false);
  assert.deepEqual([puts.length, forgotten], [3, ["secret sudo", "secret sudo"]]);
});

test("after the new password of one host the others, on connections that were kept, ask for theirs", async () => {
  const { puts, questions } = makePatientPerson();
  const first = giveAll(questions, ["odd", "web1", "web2"]);
  await turn();
  say(puts, 0, "x");
  for (const one of await first) one.right();
  const [changed] = await giveAll(questions, ["odd"], "2");
  assert.equal(changed?.wrong().isAskedAgain, true);
  const ofOdd = giveAll(questions, ["odd"], "2");
  await turn();
  say(puts, 1, "of odd");
  for (const one of await ofOdd) one.right();
  const [web] = await giveAll(questions, ["web1"], "3");
  assert.deepEqual(web?.wrong(), { isAskedAgain: true });
});

test("a shared answer is forgotten when another one proves right, unless that is kept; declined, it stays known", async () => {
  for (const isKept of [false, true]) {
    const { puts, forgotten, questions } = makePatientPerson();
    const first = giveAll(questions, ["web1", "web2"]);
    await turn();
    say(puts, 0, "x");
    for (const one of await first) one.right();
    const [changed] = await giveAll(questions, ["web1"], "2");
    changed?.wrong();
    const declined = questions.askSecret(shared("web1", "2"), never);
    await turn();
    puts[1]?.answer({ kind: "declined" });
    assert.equal((await declined).kind, "declined");
    const [still] = await giveAll(questions, ["web2"], "3");
    assert.equal(still?.value, "x");
    still.wrong();
    const second = giveAll(questions, ["web1", "web2"], "3");
    await turn();
    puts[2]?.answer({ kind: "answered", value: "y", isKept });
    const given = await second;
    assert.deepEqual(forgotten, []);
    for (const one of given) one.right();
    assert.deepEqual(forgotten, isKept ? [] : ["secret sudo"]);
  }
});
