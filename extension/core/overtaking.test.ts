// What was asked for later is never replaced by what was asked for before.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Overtaking } from "./overtaking.ts";

test("answers in their order count, each of them", () => {
  const looks = new Overtaking();
  const [first, second] = [looks.ask("a"), looks.ask("a")];
  assert.deepEqual([first(), second()], [true, true]);
});

test("one that was overtaken does not count, and hinders nobody", () => {
  const looks = new Overtaking();
  const [first, second, third] = [looks.ask("a"), looks.ask("a"), looks.ask("a")];
  assert.deepEqual([second(), first(), third()], [true, false, true]);
});

test("each key has an order of its own, until it is forgotten", () => {
  const looks = new Overtaking();
  const [first, other] = [looks.ask("a"), looks.ask("b")];
  assert.deepEqual([other(), first()], [true, true]);
  const [older, newer] = [looks.ask("a"), looks.ask("a")];
  newer();
  looks.forget("a");
  assert.equal(older(), true);
});
