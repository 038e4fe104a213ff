// The frame judges all benches, so what must turn one red is planted here.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import type { Bench, Figure, Peers } from "./bench.ts";
import { type ExpectedLines, findWrong, readAnsibleLines, readPrefixedLines } from "./collected.ts";
import { readCpuMs } from "./cpu.ts";
import { missingFigure, plainFigure, ratioFigure, shareFigure, singleFigure } from "./figures.ts";
import { type Contender, interleave } from "./interleave.ts";
import { describeFigures } from "./report.ts";
import { runBench } from "./run-bench.ts";
import { median } from "./statistics.ts";

const expected: ExpectedLines = new Map([
  ["127.0.1.1", ["one", /^up \d+ days$/u]],
  ["127.0.1.2", ["two", /^up \d+ days$/u]],
]);
const right = "127.0.1.2: two\n127.0.1.1: one\n127.0.1.1: up 3 days\n127.0.1.2: up 4 days\n";
const rounds = { repetitions: 2, warmUps: 0 };

async function runPlanted(figures: readonly Figure[], peers: Peers = {}) {
  const printed: string[] = [];
  const bench: Bench = {
    name: "planted",
    about: "figures made up",
    peers,
    measure: () => Promise.resolve(figures),
  };
  const ending = new AsyncDisposableStack();
  const ok = await runBench(bench, { short: true, print: (text) => printed.push(text), ending });
  const lines = printed.join("").trimEnd().split("\n");
  return { ok, text: lines.join("\n"), last: JSON.parse(lines.at(-1) ?? "") as unknown };
}

function fixed(name: string, value: number): Contender {
  return { name, measure: () => Promise.resolve({ value }) };
}

async function measureCollected(output: string, wanted = expected) {
  const peer: Contender = {
    name: "peer",
    measure: () =>
      Promise.resolve({ value: 30, wrong: findWrong(wanted, readPrefixedLines(output)) }),
  };
  const series = await interleave([fixed("ours", 10), peer], rounds);
  const [ours, theirs] = [series.get("ours"), series.get("peer")];
  assert.ok(ours && theirs);
  const goal = { relation: ">=", than: 2 } as const;
  return ratioFigure({ name: "peer / ours", unit: "x", goal, against: "peer" }, theirs, ours);
}

test("a goal that is met is green, and the last line says so", async () => {
  const { ok, last } = await runPlanted([await measureCollected(right)]);
  assert.equal(ok, true);
  assert.deepEqual(last, {
    bench: "planted",
    figures: { "peer / ours": { value: 3, unit: "x", goal: ">= 2", ok: true } },
  });
});

test("a missed goal is red, in both directions", async () => {
  const most = {
    name: "memory",
    unit: "MB",
    goal: { relation: "<=", than: 130 },
    against: "",
  } as const;
  assert.equal((await runPlanted([singleFigure(most, 130)])).ok, true);
  assert.equal((await runPlanted([singleFigure(most, 130.1)])).ok, false);
  const least = { ...most, goal: { relation: ">=", than: 10 } } as const;
  const { ok, last } = await runPlanted([singleFigure(least, 9.9)]);
  assert.equal(ok, false);
  assert.deepEqual(last, {
    bench: "planted",
    figures: { memory: { value: 9.9, unit: "MB", goal: ">= 10", ok: false } },
  });
});

for (const [what, output, why] of [
  [
    "a wrong line",
    right.replace("two", "too"),
    /127\.0\.1\.2 said "too" where "two" was expected/u,
  ],
  ["a line too few", right.replace(/.*up 3.*\n/u, ""), /127\.0\.1\.1 said nothing more/u],
  ["a line too many", `${right}127.0.1.1: more\n`, /said "more" where nothing more was expected/u],
  ["a missing host", right.replaceAll(/127\.0\.1\.2.*\n/gu, ""), /127\.0\.1\.2 is missing/u],
  ["a host never asked", `${right}127.0.1.9: x\n`, /127\.0\.1\.9 was never asked/u],
  ["an error message", `${right}pdsh: oh\n`, /a line of no host/u],
  ["nothing at all", "", /127\.0\.1\.1 is missing \(and 1 hosts more\)/u],
] as const) {
  test(`${what} gives no figure and is red`, async () => {
    const figure = await measureCollected(output);
    assert.equal(figure.value, undefined);
    const { ok, text, last } = await runPlanted([figure]);
    assert.equal(ok, false);
    assert.match(text, why);
    assert.deepEqual(last, {
      bench: "planted",
      figures: { "peer / ours": { value: null, unit: "x", goal: ">= 2", ok: false } },
    });
  });
}

test("an absent peer is red although all else is met, and says how to install it", async (t) => {
  const { PATH } = process.env;
  process.env["PATH"] = "/nowhere"; // so that no apt-get is found either
  t.after(() => (process.env["PATH"] = PATH));
  const figure = await measureCollected(right);
  const peers = { peer: { program: "no-such-peer", debianPackage: "peer-package" } };
  const { ok, text } = await runPlanted([figure], peers);
  assert.equal(ok, false);
  assert.match(text, /peer is absent: .*apt-get install peer-package/u);
});

test("a figure without a value and a bench without figures are red, goal or not", async () => {
  const naming = { name: "cold", unit: "ms", against: "" };
  assert.equal((await runPlanted([missingFigure(naming, "no server")])).ok, false);
  assert.equal((await runPlanted([])).ok, false);
});

test("a contender that throws has no samples and is not asked again; the others go on", async () => {
  let asked = 0;
  const broken: Contender = {
    name: "broken",
    measure: () => {
      asked += 1;
      return Promise.reject(new Error("it broke"));
    },
  };
  const series = await interleave([broken, fixed("fine", 5)], { repetitions: 3, warmUps: 1 });
  assert.equal(asked, 1);
  assert.deepEqual(series.get("broken"), { name: "broken", samples: [], wrong: "it broke" });
  assert.deepEqual(series.get("fine"), { name: "fine", samples: [5, 5, 5] });
});

test("rounds alternate their order, and a warm-up leaves no sample", async () => {
  const order: string[] = [];
  const logged = (name: string): Contender => ({
    name,
    ready: () => Promise.resolve(void order.push(`${name}?`)),
    measure: () => Promise.resolve({ value: order.push(name) }),
  });
  const series = await interleave([logged("a"), logged("b")], { repetitions: 2, warmUps: 1 });
  assert.deepEqual(order.join(" "), "b? b a? a a? a b? b b? b a? a");
  assert.deepEqual(series.get("a")?.samples, [6, 12]);
});

test("medians, ratios of medians and shares of a whole", () => {
  assert.equal(median([]), undefined);
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  const series = (...samples: number[]) => ({ name: "s", samples });
  const naming = { name: "n", unit: "x", against: "" };
  assert.equal(plainFigure(naming, series(9, 1, 5)).value, 5);
  assert.equal(ratioFigure(naming, series(10, 20, 60), series(2, 4, 5)).value, 5);
  assert.deepEqual(ratioFigure(naming, series(10, 20), series(2, 5)).samples, [5, 4]);
  assert.equal(shareFigure(naming, series(30), series(10), series(200)).value, 10);
  const lost = shareFigure(naming, series(30), { name: "l", samples: [], wrong: "x" }, series(200));
  assert.deepEqual([lost.value, lost.why], [undefined, "l: x"]);
});

test("the table is aligned and marks what is met and what is not", () => {
  const goal = { relation: "<=", than: 2 } as const;
  const text = describeFigures([
    { name: "plain", unit: "ms", value: 123.4, samples: [100, 123.4, 150], against: "a" },
    { name: "a longer name", unit: "x", value: 2.5, samples: [2.5], goal, against: "b" },
    { name: "lost", unit: "x", value: undefined, samples: [], goal, against: "c", why: "gone" },
  ]);
  assert.deepEqual(text.split("\n"), [
    "figure         median  min  max  unit  n  goal     against",
    "plain             123  100  150  ms    3           a",
    "a longer name    2.50            x     1  <= 2  ✖  b",
    "lost             none            x     0  <= 2  ✖  c",
    "lost: gone",
    "",
  ]);
});

test("what ansible prints is read by host, and a line of no host is a fault", () => {
  const header = (host: string) => `${host} | CHANGED | rc=0 >>\n`;
  const printed = `${header("127.0.1.2")}two\nup 4 days\n\n${header("127.0.1.1")}one\nup 3 days\n\n`;
  assert.equal(findWrong(expected, readAnsibleLines(printed)), undefined);
  assert.match(
    findWrong(expected, readAnsibleLines(`[WARNING]: odd\n${printed}`)) ?? "",
    /no host/,
  );
  const failed = printed.replace("127.0.1.1 | CHANGED | rc=0 >>", "127.0.1.1 | FAILED | rc=1 >>");
  assert.match(findWrong(expected, readAnsibleLines(failed)) ?? "", /127\.0\.1\.1 is missing/);
});

test("the time of the processors counts the work of a process and of its ended children", async () => {
  const before = await readCpuMs(process.pid);
  let sum = 0;
  do {
    for (let index = 0; index < 1_000_000; index++) sum += Math.sqrt(index);
  } while ((await readCpuMs(process.pid)) < before + 50);
  const own = await readCpuMs(process.pid);
  const work = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
  await promisify(execFile)("dash", ["-c", work]);
  assert.ok(sum > 0 && (await readCpuMs(process.pid)) > own);
});
