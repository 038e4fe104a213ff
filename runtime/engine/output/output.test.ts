// Output is bounded per host and over all hosts, and every cut is counted and marked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HOST_LIMIT_BYTES, OutputBuffer } from "./output-buffer.ts";
import { OutputStore } from "./output-store.ts";

const generous = { take: () => true, giveBack: () => undefined };

test("output within the limit is kept whole, split characters too", () => {
  const buffer = new OutputBuffer(generous);
  const bytes = Buffer.from("grüße €\n");
  for (const byte of bytes) buffer.push("out", Buffer.from([byte]));
  buffer.push("err", Buffer.from("warned"));
  assert.deepEqual(
    [buffer.text("out"), buffer.text("err"), buffer.cut],
    ["grüße €\n", "warned", 0],
  );
});

test("beyond the limit the beginning and the end stay, and the gap is counted", () => {
  const buffer = new OutputBuffer(generous);
  const total = 3 * HOST_LIMIT_BYTES;
  for (let sent = 0; sent < total; sent += 65_536) buffer.push("out", Buffer.alloc(65_536, "a"));
  buffer.push("out", Buffer.from("the end"));
  const text = buffer.text("out");
  const kept = text.replaceAll(/[^a]/g, "").length;
  assert.ok(kept < HOST_LIMIT_BYTES + 65_536, "large chunks do not pile up behind the cut");
  assert.ok(text.startsWith("aaa") && text.endsWith("the end"));
  assert.ok(text.includes(`[… ${String(buffer.cut)} bytes cut …]`));
  assert.equal(kept + buffer.cut, total);
});

test("a stream that ends just beyond the limit loses nothing", () => {
  const buffer = new OutputBuffer(generous);
  buffer.push("out", Buffer.alloc(HOST_LIMIT_BYTES, "a"));
  buffer.push("out", Buffer.from("b"));
  assert.equal(buffer.cut, 0);
  assert.equal(buffer.text("out").length, HOST_LIMIT_BYTES + 1);
});

test("when memory is short the oldest finished run is forgotten, never one under way", () => {
  const store = new OutputStore(10);
  const first = store.create("first");
  first.push("out", Buffer.from("12345"));
  const second = store.create("second");
  second.push("out", Buffer.from("12345"));
  store.finish("second");
  const third = store.create("third");
  third.push("out", Buffer.from("123"));
  assert.deepEqual([first.released, second.released, third.text("out")], [false, true, "123"]);
});

test("when nothing may be forgotten, new output is cut and says so", () => {
  const store = new OutputStore(4);
  const running = store.create("running");
  running.push("out", Buffer.from("1234"));
  const late = store.create("late");
  late.push("out", Buffer.alloc(100_000, "x"));
  assert.ok(late.cut > 80_000);
  assert.equal(running.text("out"), "1234");
});
