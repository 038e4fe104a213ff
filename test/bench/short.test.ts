// Every bench still runs, collects right results from every host and says them in its last line; goals are for a quiet machine.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { z } from "zod";

const judged: Readonly<Record<string, readonly string[]>> = {
  interrupts: ["survived"],
  cancel: ["clean"],
  copy: ["scp, kept / ours", "rsync, kept / ours"],
  fanout: [
    "cold / floor",
    "pdsh / warm",
    "pdsh / cold",
    "clush / warm",
    "clush / cold",
    "xargs, kept / warm",
    "pdsh, kept / warm",
    "clush, kept / warm",
    "ansible, kept / warm",
    "port / warm",
    "round trips",
    "1000 / 100",
    "memory, 1000",
    "a third dead",
  ],
  evaluator: [
    "form",
    "form, edited",
    "5000 / 500 lines",
    "5000 / 500, edited",
    "hot loop",
    "load / node",
    "load again / node",
    "heap, 1 + 1",
    "heap, ten lines",
    "heap, edited",
  ],
  editor: [
    "ours / bare",
    "ours / bare, marked",
    "typed key / without",
    "memory",
    "memory of connections",
  ],
};

// A figure of which any result was wrong or missing has no number.
const lastLineSchema = z.strictObject({
  bench: z.string(),
  figures: z.record(
    z.string(),
    z.strictObject({
      value: z.number(),
      unit: z.string(),
      goal: z.string().regex(/^[<>]= \d+(?:\.\d+)?$/u),
      ok: z.boolean(),
    }),
  ),
});

/** A new seed each time is for `npm run bench`. */
const RE_OPS_SEED = process.env["RE_OPS_SEED"] ?? "20261";

async function runBench(words: readonly string[]) {
  const main = path.join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, [main, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, RE_OPS_SEED },
  });
  const closed = once(child, "close");
  const out = await text(child.stdout);
  const [code] = (await closed) as [number | null];
  return { code, out, last: out.trimEnd().split("\n").at(-1) ?? "" };
}

test("without a name the benches are listed; an unknown one is a mistake", async () => {
  const { code, out } = await runBench([]);
  assert.equal(code, 0);
  for (const name of Object.keys(judged)) assert.match(out, new RegExp(`^ {2}${name} `, "mu"));
  assert.equal(out.trimEnd().split("\n").length, 1 + Object.keys(judged).length);
  assert.equal((await runBench(["nothing"])).code, 2);
  assert.equal((await runBench(["fanout", "--shrot"])).code, 2);
});

for (const [name, names] of Object.entries(judged)) {
  test(`${name} collects right results and ends with a line for programs`, async () => {
    const { code, out, last } = await runBench([name, "--short"]);
    process.stdout.write(out);
    const { bench, figures } = lastLineSchema.parse(JSON.parse(last));
    assert.equal(bench, name);
    assert.deepEqual(Object.keys(figures), names);
    const allMet = Object.values(figures).every(({ ok }) => ok);
    assert.equal(code, allMet ? 0 : 1);
  });
}
