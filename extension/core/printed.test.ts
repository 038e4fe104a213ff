// What is kept of console output: the first line, the last ones, the number; however it comes in and however much.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Printed } from "./printed.ts";

test("lines may come in pieces, with colours, the last without its end", () => {
  const printed = new Printed();
  assert.equal(printed.of("1"), undefined);
  for (const piece of ["\n\u001B[32mhel", "lo\u001B[0m\nwor", "ld"]) printed.add("1", piece);
  assert.deepEqual(printed.of("1"), { first: "hello", tail: ["", "hello", "world"], count: 3 });
  assert.equal(printed.of("2"), undefined);
});

test("of a flood the first line, the last ones and the count are kept", () => {
  const printed = new Printed();
  for (let line = 1; line <= 5000; line += 1) printed.add("1", `line ${String(line)}\n`);
  const { first, tail, count } = printed.of("1") ?? { tail: [] };
  assert.deepEqual([first, count, tail.length], ["line 1", 5000, 12]);
  assert.deepEqual([tail[0], tail.at(-1)], ["line 4989", "line 5000"]);
  printed.add("1", "x".repeat(10_000_000));
  assert.equal(printed.of("1")?.tail.at(-1)?.length, 300);
});

test("each change is told, and old evaluations are forgotten", () => {
  const printed = new Printed();
  const told: string[] = [];
  printed.onChange((id) => told.push(id));
  for (let id = 0; id < 300; id += 1) printed.add(String(id), "x\n");
  assert.equal(told.length, 300);
  assert.equal(printed.of("99"), undefined);
  assert.equal(printed.of("100")?.first, "x");
});
