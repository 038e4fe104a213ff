// What people see of a value: short, bounded, and without running anybody's getters or trusting anybody's inspect.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  answered,
  exitedWith,
  scriptedEvaluation,
  unreachable,
} from "../../../test/support/scripted-port.ts";
import { inEvaluation } from "../../port.ts";
import { convert, exec, Hosts, ls, operation, pick, run, sh, successful } from "../../public.ts";
import { display } from "./display.ts";
import { jsonText } from "./json-text.ts";

const three = new Hosts({}, ["a", "b", "c"]);

class Point {
  readonly x = 1;
  readonly y = 2;
}

const lines: readonly [string, unknown, string][] = [
  ["nothing", undefined, "undefined"],
  ["minus zero", -0, "-0"],
  ["a big integer", 12n, "12n"],
  ["a symbol", Symbol("s"), "Symbol(s)"],
  ["a string", 'say "hi"\n', '"say \\"hi\\"\\n"'],
  ["an array", [1, "b", [2, [3]], {}], '[1, "b", [2, [1 items]], {}]'],
  ["an object", { a: 1, "b c": { d: { e: 1 } } }, '{ a: 1, "b c": { d: {…} } }'],
  ["a class's instance", new Point(), "Point { x: 1, y: 2 }"],
  ["a function", function listing() {}, "function listing"],
  ["a class", Point, "class Point"],
  ["an operation not called", operation("up", () => sh`x`), "operation up"],
  ["a stage", [ls("/"), pick(successful)], "[stage ls /, stage pick]"],
  ["an operation", ls(three, "/"), "not started: ls / on 3 hosts"],
  ["operations", [ls(three, "/")], "[not started: ls / on 3 hosts]"],
  ["hosts", three, "Hosts(3) [a, b, c]"],
  ["a script", sh`ls ${"a b"}`, `sh "ls 'a b'"`],
  ["a map", new Map([["k", { a: 1 }]]), 'Map(1) { "k" => { a: 1 } }'],
  ["a set", new Set([1, 2]), "Set(2) [1, 2]"],
  ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
  ["a pattern", /x/g, "/x/g"],
  ["a pending promise", new Promise(() => {}), "Promise { <pending> }"],
  ["an error", new TypeError("no"), "TypeError: no"],
  ["an address", new URL("http://a/b?c"), "URL"],
  ["bytes", new Uint8Array(3), "Uint8Array [0, 0, 0]"],
  [
    "a getter",
    {
      get now() {
        throw new Error("ran");
      },
    },
    "{ now: [getter] }",
  ],
  [
    "a proxy",
    new Proxy(
      {},
      {
        get() {
          throw new Error("ran");
        },
        ownKeys() {
          throw new Error("ran");
        },
      },
    ),
    "[Proxy]",
  ],
  ["a revoked proxy", revoked(), "[Proxy]"],
  ["a null prototype", Object.assign(Object.create(null), { a: 1 }), "{ a: 1 }"],
  ["its own way of showing", { [inspect.custom]: () => "mine" }, "mine"],
  ["one that shows another value", { [inspect.custom]: () => ({ a: 1 }) }, "{ a: 1 }"],
  [
    "one that throws",
    {
      [inspect.custom]() {
        throw new Error("no");
      },
    },
    "[object: showing it threw no]",
  ],
  ["what moves a cursor", { a: inspectAs("\u001B[2J\r\nx") }, "{ a: \\u001b[2J\\r⏎x }"],
];

for (const [name, value, expected] of lines) {
  test(`one line of ${name}`, () => {
    const { line } = display(value);
    if (name === "an address") assert.match(line, /^URL .*http:\/\/a\/b/);
    else assert.equal(line, expected);
  });
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function inspectAs(text: string): unknown {
  return { [inspect.custom]: () => text };
}

test("a cycle is named, a value that stands twice is not one", () => {
  const shared = { s: 1 };
  const cyclic: Record<string, unknown> = { one: shared, two: shared };
  cyclic["self"] = cyclic;
  assert.equal(display(cyclic).line, "{ one: { s: 1 }, two: { s: 1 }, self: [circular] }");
});

test("the line and the detail are bounded, whatever the value", () => {
  const wide = Array.from({ length: 100_000 }, (_, index) => ({ index, text: "x".repeat(1000) }));
  let deep: unknown = "end";
  for (let level = 0; level < 100_000; level++) deep = [deep];
  const bushy = (depth: number): unknown =>
    depth === 0 ? "leaf" : Array.from({ length: 60 }, () => bushy(depth - 1));
  for (const value of [wide, deep, "y".repeat(1_000_000), bushy(3), new Map(wide.entries())]) {
    const { line, detail } = display(value);
    assert.ok(line.length <= 120, `${line.length} characters`);
    assert.ok(!line.includes("\n"));
    assert.ok(detail.length <= 16_000, `${detail.length} characters`);
  }
  assert.match(display(wide).detail, /… 99\d+ more\n\]$|…$/);
});

const never = () => {
  throw new Error("ran");
};

/** Each would take minutes or gigabytes, or run somebody's code, if it were not bounded. */
const monsters: readonly [string, () => unknown][] = [
  ["a text of 100 MB", () => "x".repeat(100_000_000)],
  ["texts of 100 MB", () => Array.from({ length: 2000 }, () => "x".repeat(50_000))],
  ["a sparse array", () => Object.assign([], { length: 4_000_000_000 })],
  ["40 MB of numbers", () => new Float64Array(5_000_000)],
  ["many keys", () => Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`k${n}`, n]))],
  ["a long key", () => ({ ["k".repeat(50_000_000)]: 1 })],
  ["a huge integer", () => 1n << 40_000_000n],
  ["a long symbol", () => Symbol("s".repeat(50_000_000))],
  ["getters", () => Object.defineProperty([1], 0, { get: never, enumerable: true })],
  ["an iterator of its own", () => Object.assign([1], { [Symbol.iterator]: never })],
  ["a set of its own", () => Object.assign(new Set([1]), { [Symbol.iterator]: never })],
  ["a map of its own", () => Object.defineProperty(new Map([[1, 2]]), "size", { get: never })],
  ["a proxy", () => new Proxy([1], { get: never, ownKeys: never, getPrototypeOf: never })],
  ["what shows itself for ever", () => showsAnother()],
];

function showsAnother(): object {
  return { [inspect.custom]: showsAnother };
}

for (const [name, make] of monsters) {
  test(`${name} is shown within bounds, and none of its code is run`, () => {
    const value = make();
    const { line, detail } = display(value);
    const { text } = jsonText(value);
    assert.ok(line.length <= 120 && detail.length <= 16_000, "too long");
    assert.ok(text.length <= 12_000_000, `${text.length} characters of JSON`);
    assert.doesNotMatch(line, /ran/u);
  });
}

test("a text is shown as it is in the detail, an object over several lines", () => {
  assert.equal(display("a\nb").detail, "a\nb");
  const table = { rows: Array.from({ length: 30 }, (_, index) => `row ${index}`) };
  assert.match(display(table).detail, /^\{\n {2}rows: \[\n {4}"row 0",\n/);
});

test("an error's cause is in the detail", () => {
  const error = new Error("outer", { cause: new RangeError("inner") });
  assert.equal(display(error).detail, "Error: outer { cause: RangeError: inner }");
});

test("an outcome is counts, and in the detail a line a host", async () => {
  const evaluation = scriptedEvaluation((host, step) =>
    host === "b"
      ? exitedWith(host, 2, step)
      : {
          host,
          kind: "success",
          value: { out: `${host}\nsecond\n`, err: "", code: 0, cut: 0 },
          ms: 1,
        },
  );
  const { whole, away, values, nobody, none } = await inEvaluation(evaluation, async () => ({
    whole: await run(exec(three, "x")),
    away: await run(exec(three, "x"), pick(successful)),
    values: await run(
      exec(three, "x"),
      convert((o) => ({ length: o.out.length })),
    ),
    nobody: await run(
      exec(new Hosts({}, ["a"]), "x"),
      pick(() => false),
    ),
    none: await run(exec(new Hosts({}, []), "x")),
  }));
  assert.equal(display(whole).line, "2 ok · 1 failed");
  assert.equal(
    display(whole).detail,
    "2 ok · 1 failed\n✔ a  a … 1 more lines\n✔ c  c … 1 more lines\nx b - exited with code 2",
  );
  assert.equal(display(away).line, "2 ok · 1 failed and picked away");
  assert.match(display(away).detail, /x b - exited with code 2 \(picked away\)/);
  assert.match(display(values).detail, /✔ a {2}\{ length: 9 \}/);
  assert.equal(display(nobody).line, "not met");
  assert.equal(display(none).line, "no hosts");
  assert.equal(display({ whole }).line, "{ whole: Outcome(2 ok · 1 failed) }");
});

test("of many hosts those that failed are shown, and what to do next once", async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `web-${index}`);
  const evaluation = scriptedEvaluation((host, step) =>
    Number(host.slice(4)) > 900 ? unreachable(host, step) : answered(host, "x".repeat(200)),
  );
  const outcome = await inEvaluation(evaluation, () => run(exec(new Hosts({}, names), "x")));
  const { line, detail } = display(outcome);
  assert.equal(line, "901 ok · 99 failed");
  assert.equal(detail.match(/^x web-9/gmu)?.length, 99);
  assert.match(detail, /\nnext \(web-901, web-902, web-903 and 96 more\): start it$/u);
  assert.ok(detail.length <= 16_000 && detail.includes("✔ web-0 "), detail);
});
