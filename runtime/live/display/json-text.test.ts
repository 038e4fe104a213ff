// A value as JSON: what JSON can say is the same, what it cannot is told, and nothing is unbounded.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exitedWith, scriptedEvaluation } from "../../../test/support/scripted-port.ts";
import { inEvaluation } from "../../port.ts";
import { exec, Hosts, ls, run } from "../../public.ts";
import { jsonText, toJson } from "./json-text.ts";

test("what JSON can say is what JSON.stringify says", () => {
  for (const value of [
    null,
    1,
    "a\n",
    true,
    [1, [2, { a: null }]],
    { a: undefined, b: [undefined] },
    new Date(0),
  ]) {
    const { text, losses } = jsonText(value);
    assert.equal(text, JSON.stringify(value, undefined, 2));
    assert.deepEqual(losses, []);
  }
  assert.equal(jsonText(undefined).text, "null");
});

test("collections, errors, addresses and integers become what reads best", () => {
  const cases: [unknown, unknown, string[]][] = [
    [new Map(Object.entries({ a: 1, b: new Set([2]) })), { a: 1, b: [2] }, []],
    [new Map([[{ id: 1 }, "x"]]), [[{ id: 1 }, "x"]], []],
    [new Uint8Array([1, 2]), [1, 2], []],
    [new URL("http://a/b"), "http://a/b", []],
    [/x/g, "/x/g", []],
    [12n, 12, []],
    [2n ** 64n, "18446744073709551616", ["1 × large integer as text"]],
    [NaN, null, ["1 × NaN or Infinity as null"]],
    [{ f() {}, g() {}, s: Symbol("s") }, {}, ["2 × function left out", "1 × symbol left out"]],
    [
      Object.assign(new TypeError("no", { cause: "x" }), { code: 7 }),
      { name: "TypeError", message: "no", cause: "x", code: 7 },
      [],
    ],
    [new Hosts({}, ["a", "b"]), ["a", "b"], []],
    [ls(new Hosts({}, ["a"]), "/"), "not started: ls / on 1 host", []],
  ];
  for (const [value, expected, losses] of cases) {
    const told = jsonText(value);
    assert.deepEqual([JSON.parse(told.text), told.losses], [expected, losses]);
  }
});

test("a circle is broken and told; what stands twice is written twice", () => {
  const shared = { s: 1 };
  const circle: Record<string, unknown> = { one: shared, two: shared };
  circle["self"] = circle;
  const { text, losses } = jsonText(circle);
  assert.deepEqual(JSON.parse(text), { one: { s: 1 }, two: { s: 1 }, self: null });
  assert.deepEqual(losses, ["1 × circular reference as null"]);
});

test("an outcome tells who succeeded with what, and who failed why", async () => {
  const evaluation = scriptedEvaluation((host, step) => exitedWith(host, 2, step));
  const outcome = await inEvaluation(evaluation, async () => ({
    value: await run(exec(new Hosts({}, ["a"]), "x")),
  }));
  const told = JSON.parse(jsonText(outcome.value).text) as { failure: Record<string, unknown>[] };
  const [failure] = told.failure;
  assert.deepEqual(
    { ...told, failure: told.failure.length },
    { hosts: [], success: [], failure: 1 },
  );
  assert.deepEqual([failure?.["host"], failure?.["kind"], failure?.["code"]], ["a", "exited", 2]);
});

test("what is too much is cut, and said", () => {
  const bounds = { depth: 2, values: 5, characters: 10 };
  assert.deepEqual(jsonText([1, 2, 3, 4, 5, 6, 7], bounds).losses, ["3 × item cut"]);
  assert.deepEqual(jsonText("x".repeat(12), bounds), {
    text: '"xxxxxxxxxx"',
    losses: ["2 × character cut"],
  });
  assert.deepEqual(jsonText([[[1]]], bounds).losses, ["1 × too deep, as null"]);
});

test("nobody's code is run: no getter, no toJSON, no trap", () => {
  const never = () => {
    throw new Error("ran");
  };
  const value = {
    get now() {
      return never();
    },
    toJSON: never,
    proxy: new Proxy({}, { get: never, ownKeys: never }),
    kept: 1,
  };
  const { text, losses } = jsonText(value);
  assert.deepEqual(JSON.parse(text), { kept: 1 });
  assert.deepEqual(losses, ["1 × getter left out", "1 × function left out", "1 × proxy left out"]);
});

test("a class that writes itself otherwise is told of", () => {
  class Price {
    cents = 5;
    toJSON() {
      return "0.05";
    }
  }
  assert.deepEqual(jsonText(new Price()), {
    text: '{\n  "cents": 5\n}',
    losses: ["1 × toJSON not called"],
  });
});

test("a program gets all of a value, and nothing for what JSON has no word for", () => {
  const deep = (depth: number) => {
    let value: unknown = "end";
    for (let level = 0; level < depth; level += 1) value = [value];
    return value;
  };
  for (const value of [deep(60), "x".repeat(6_000_000), Array.from({ length: 150_000 }, () => 0)]) {
    assert.deepEqual(toJson(value), { json: value, losses: [] });
  }
  assert.deepEqual(toJson(undefined), { losses: [] });
  assert.deepEqual(
    toJson(() => 1),
    { losses: ["1 × function left out"] },
  );
  assert.equal(toJson(deep(10_000)).losses[0], "1 × too deep, as null");
});
