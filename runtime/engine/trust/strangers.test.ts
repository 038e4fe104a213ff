// When the question about unknown keys comes: soon after the last host is in, and not later because of one that never is.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { makePerson, type PersonOptions } from "../../../test/support/person.ts";
import type { Clock } from "../waiting/clock.ts";
import { createQuestions } from "../questions/questions.ts";
import { createStrangers } from "./strangers.ts";

/** A clock that stands until the test moves it. */
function makeClock() {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  const clock: Clock = {
    now: () => now,
    elapsed: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  async function pass(ms: number): Promise<void> {
    now += ms;
    for (const timer of timers) {
      if (timer.at > now || !timers.delete(timer)) continue;
      timer.callback();
    }
    await turn();
  }
  return { clock, pass };
}

const never = new AbortController().signal;
const trustAll: NonNullable<PersonOptions["trust"]> = ({ keys }) => keys.map((_, index) => index);

function makeStrangers(options: PersonOptions = { trust: trustAll }) {
  const person = makePerson(options);
  const { clock, pass } = makeClock();
  const strangers = createStrangers(createQuestions(person), clock);
  const decide = (name: string, evaluationId = "1", signal = never) =>
    strangers.decide(
      { host: name, name, type: "ssh-ed25519", fingerprint: "SHA256:x" },
      evaluationId,
      signal,
    );
  const asked = () => person.hostKeys.map(({ keys }) => keys.map(({ name }) => name));
  return { strangers, decide, pass, asked };
}

test("all hosts that are on the way come into one question, as soon as the last one is in", async () => {
  const { strangers, decide, pass, asked } = makeStrangers();
  const arrivals = ["a", "b", "c"].map(() => strangers.expect("1"));
  const first = decide("a");
  await pass(900);
  const second = decide("b");
  await pass(900);
  assert.deepEqual(asked(), [], "each new one starts the wait anew");
  arrivals[2]?.(); // known, so it never asks
  await pass(100);
  assert.deepEqual(asked(), [["a", "b"]]);
  assert.deepEqual(await Promise.all([first, second]), ["trusted", "trusted"]);
});

test("a host that is on the way for ever holds nobody up for longer than a second", async () => {
  const { strangers, decide, pass, asked } = makeStrangers();
  strangers.expect("1");
  strangers.expect("1");
  const one = decide("a");
  await pass(999);
  assert.deepEqual(asked(), []);
  await pass(1);
  assert.deepEqual(asked(), [["a"]]);
  assert.equal(await one, "trusted");
});

test("evaluations have questions of their own; one host that is reached in two ways is one line", async () => {
  const { decide, pass, asked } = makeStrangers();
  const all = [decide("a", "1"), decide("a", "1"), decide("b", "2")];
  await pass(100);
  await Promise.all(all);
  assert.deepEqual(asked(), [["a"], ["b"]]);
});

test("who gives up is left out; when all do, nothing is asked", async () => {
  const { decide, pass, asked } = makeStrangers();
  const stop = new AbortController();
  const left = decide("a", "1", stop.signal);
  const stays = decide("b");
  stop.abort(new Error("cancelled"));
  await assert.rejects(left, /cancelled/u);
  await pass(100);
  assert.equal(await stays, "trusted");
  assert.deepEqual(asked(), [["b"]]);
});

test("after all have given up the next one is asked about as if nobody had been there", async () => {
  const { decide, pass, asked } = makeStrangers();
  const stop = new AbortController();
  const left = decide("a", "1", stop.signal);
  stop.abort(new Error("cancelled"));
  await assert.rejects(left, /cancelled/u);
  const next = decide("b");
  await pass(100);
  assert.equal(await next, "trusted");
  assert.deepEqual(asked(), [["b"]]);
});

test("declined and nobody are told apart", async () => {
  const declining = makeStrangers({});
  const one = declining.decide("a");
  await declining.pass(100);
  assert.equal(await one, "declined");
  const { clock, pass } = makeClock();
  const alone = createStrangers(createQuestions(), clock);
  const key = { host: "a", name: "a", type: "ssh-rsa", fingerprint: "SHA256:x" };
  const two = alone.decide(key, "1", never);
  await pass(100);
  assert.equal(await two, "nobody");
});
