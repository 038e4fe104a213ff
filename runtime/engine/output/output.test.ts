// Output is bounded per host, over all hosts and in results; every cut is counted and marked, and what is cut is on disk.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { lastFirst, temporaryFolder } from "../../../test/support/temporary.ts";
import { systemClock } from "../waiting/clock.ts";
import type { HostOutput } from "./host-output.ts";
import { HOST_LIMIT_BYTES } from "./limits.ts";
import { OutputStore } from "./output-store.ts";
import { Spool } from "./spool.ts";
import { readPage, viewOutput } from "./view-output.ts";

const MEGABYTE = 1024 * 1024;

test("output within the limit is kept whole, and no half of a character is ever shown", async (t) => {
  const { create } = await openStore(t);
  const output = create("web");
  const text = "grüße € 🌍\n";
  for (const byte of Buffer.from(text)) {
    void output.push("out", Buffer.from([byte]));
    const { out } = await viewOutput(output, MEGABYTE);
    assert.ok(text.startsWith(out), out);
  }
  void output.push("err", Buffer.from("warned"));
  assert.deepEqual(await output.end({ bytes: MEGABYTE }), { out: text, err: "warned", cut: 0 });
});

test("beyond the limit the value holds the beginning and the end, and the disk has every byte", async (t) => {
  const { create } = await openStore(t);
  const output = create("web");
  const sent: Buffer[] = [];
  const push = async (bytes: Buffer) => {
    sent.push(bytes);
    await output.push("out", bytes);
  };
  for (let count = 0; count < 3 * 16; count += 1) await push(Buffer.alloc(65_536, `${count} `));
  await push(Buffer.from("the end"));
  const { out, cut, rest = "" } = await output.end({ bytes: 64 * MEGABYTE });
  assert.ok(out.startsWith("0 0 0") && out.endsWith("the end"));
  const mark = `\n[… ${cut} bytes cut …]\n`;
  assert.ok(out.includes(mark));
  const whole = Buffer.concat(sent);
  assert.equal(Buffer.byteLength(out) - Buffer.byteLength(mark) + cut, whole.length);
  assert.ok(out.length < HOST_LIMIT_BYTES + 65_536, "large chunks do not pile up behind the cut");
  assert.deepEqual(await readFile(path.join(rest, "out")), whole);
  assert.equal(output.lost, 0);
});

test("beyond the limit of the disk a mark and the end stay, and the gap is counted", async (t) => {
  const { create } = await openStore(t, { hostLimitBytes: 2 * MEGABYTE });
  const output = create("web");
  for (let count = 0; count < 5 * 16; count += 1) {
    await output.push("out", Buffer.alloc(65_536, count < 16 ? "a" : "b"));
  }
  await output.push("out", Buffer.from("the end"));
  const { rest = "" } = await output.end({ bytes: 64 * MEGABYTE });
  const kept = await readFile(path.join(rest, "out"), "utf8");
  const [, lost] = /\n\[… (\d+) bytes cut …\]\nb+the end$/u.exec(kept) ?? [];
  assert.equal(Number(lost), output.lost);
  assert.equal(output.lost, 3 * MEGABYTE - 16 * 1024 + "the end".length);
});

test("runs under way share the limit of the disk: beyond it a host is cut, and what is over makes room", async (t) => {
  const { spool, store } = await openStore(t, { spoolLimitBytes: 3 * MEGABYTE });
  const print = async (run: string) => {
    const output = store.create(run, 0, "web");
    for (let count = 0; count < 4 * 16; count += 1) {
      await output.push("out", Buffer.alloc(65_536, "a"));
    }
    await output.end({ bytes: 64 * MEGABYTE });
    return output.lost;
  };
  assert.equal(await print("first"), 0);
  assert.equal(await print("second"), 3 * MEGABYTE - 16 * 1024);
  store.finish("first");
  await spool.dispose();
  assert.equal(await print("third"), 0);
});

test("a stream that ends just beyond the limit loses nothing", async (t) => {
  const { create } = await openStore(t);
  const output = create("web");
  void output.push("out", Buffer.alloc(HOST_LIMIT_BYTES, "a"));
  await output.push("out", Buffer.from("b"));
  const { out, cut, rest } = await output.end({ bytes: 64 * MEGABYTE });
  assert.deepEqual([cut, out.length, rest], [0, HOST_LIMIT_BYTES + 1, undefined]);
});

test("a cut never falls into a character", async (t) => {
  const { create } = await openStore(t);
  const text = "€".repeat(MEGABYTE);
  for (const shift of ["", "x", "xx"]) {
    const output = create(`web${shift}`);
    await output.push("out", Buffer.from(shift + text));
    const { out, cut, replaced } = await output.end({ bytes: 64 * MEGABYTE });
    assert.equal(replaced, undefined);
    const kept = Buffer.byteLength(out.replace(/\n\[.*\]\n/u, ""));
    assert.equal(kept + cut, 3 * MEGABYTE + shift.length);
  }
});

test("bytes that are not UTF-8 are counted, and stay on disk as they came", async (t) => {
  const { create } = await openStore(t);
  const bytes = Buffer.from("grüße \uFFFD\n", "utf8");
  const output = create("web");
  const latin1 = Buffer.concat([bytes, Buffer.from("größer\xff\n", "latin1")]);
  void output.push("out", latin1);
  const { out, replaced, cut, rest = "" } = await output.end({ bytes: MEGABYTE });
  assert.equal(out, "grüße \uFFFD\ngr\uFFFD\uFFFDer\uFFFD\n");
  assert.deepEqual([replaced, cut], [3, 0]);
  assert.deepEqual(await readFile(path.join(rest, "out")), latin1);
});

test("a step's results hold no more than their allowance, and say where the rest is", async (t) => {
  const { create } = await openStore(t);
  const allowance = { bytes: 1000 };
  const [first, second, third] = await Promise.all(
    ["a", "b", "c"].map((name) => {
      const output = create(name);
      void output.push("out", Buffer.from(name.repeat(name === "c" ? 300 : 600)));
      if (name === "b") void output.push("err", Buffer.alloc(3000, "e"));
      return output.end(allowance);
    }),
  );
  assert.equal(first?.out.length, 600);
  assert.equal(third?.out.length, 300);
  assert.equal(second?.out.length, 600, "what is short stays whole");
  assert.match(second.err, /^e{1024}\n\[… 952 bytes cut …\]\ne{1024}$/u);
  assert.equal(second.cut, 952);
  assert.equal((await readFile(path.join(second.rest ?? "", "err"), "utf8")).length, 3000);
});

test("what is over and on disk makes room in memory, and is still read", async (t) => {
  const { create, store, spool } = await openStore(t, { limitBytes: 10 });
  const first = create("first");
  void first.push("out", Buffer.from("12345"));
  const second = create("second");
  void second.push("out", Buffer.from("67890"));
  await second.end({ bytes: 100 });
  await spool.of("run").flush();
  await setImmediate();
  const third = create("third");
  void third.push("out", Buffer.from("abc"));
  assert.deepEqual([first.released, second.released, third.released], [false, true, false]);
  assert.equal((await viewOutput(second, 100)).out, "67890");
  assert.equal((await viewOutput(third, 100)).out, "abc");
  store.finish("run");
});

test("what a run printed is read at once when it is over, however slow the disk", async (t) => {
  const { create, store, spool } = await openStore(t);
  const output = create("web");
  void output.push("out", Buffer.from("last words"));
  await output.end({ bytes: 100 });
  store.finish("run");
  assert.deepEqual(
    (await spool.read("run")).map(({ host }) => host),
    ["web"],
  );
});

test("when memory is used up by what runs, more goes to disk alone", async (t) => {
  const { create } = await openStore(t, { limitBytes: 4 });
  const running = create("running");
  void running.push("out", Buffer.from("1234"));
  const late = create("late");
  await late.push("out", Buffer.alloc(100_000, "x"));
  const { cut, rest = "" } = await late.end({ bytes: MEGABYTE });
  assert.ok(cut > 80_000);
  assert.equal((await readFile(path.join(rest, "out"))).length, 100_000);
  assert.equal((await viewOutput(running, 100)).out, "1234");
});

test("pages end with whole characters and follow each other to the end", async (t) => {
  const { create } = await openStore(t);
  const output = create("web");
  const text = "aü€🌍".repeat(200_000);
  await output.push("out", Buffer.from(text));
  await output.end({ bytes: MEGABYTE });
  let read = "";
  for (let offset = 0; offset < output.bytes("out");) {
    const page = await readPage(output, "out", offset, 100_001);
    assert.equal(page.bytes, 2_000_000);
    assert.ok(page.next > offset);
    offset = page.next;
    read += page.text;
  }
  assert.ok(read === text);
});

async function openStore(
  test: TestContext,
  {
    limitBytes,
    hostLimitBytes = 100 * MEGABYTE,
    spoolLimitBytes = 1024 * MEGABYTE,
  }: { limitBytes?: number; hostLimitBytes?: number; spoolLimitBytes?: number } = {},
) {
  const t = lastFirst(test);
  const spool = new Spool({
    stateFolder: await temporaryFolder(t),
    clock: systemClock,
    onProblem: assert.fail,
    hostLimitBytes,
    limitBytes: spoolLimitBytes,
  });
  t.after(() => spool.dispose());
  const store = new OutputStore(spool, limitBytes);
  return { spool, store, create: (host: string): HostOutput => store.create("run", 0, host) };
}
