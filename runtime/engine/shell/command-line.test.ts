// A script that is too long for a command line, and whose text is cut off on its way.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { buildCommand } from "./command-line.ts";

const MARKER = "0123456789abcdef0123456789abcdef";

async function runWith(line: string, input: string) {
  const child = spawn("sh", ["-c", line], { detached: true });
  const closed = once(child, "close");
  child.stdin.on("error", () => {}); // It need not read to the end.
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [number | null];
  const announced = /^[0-9a-f]{32} \d+\n/u;
  return { code, out: out.replace(announced, ""), err: err.replace(announced, "") };
}

for (const bytes of [5000, 150_000]) {
  test(`a script of ${bytes} bytes runs whole or not at all`, async () => {
    const script = `# ${"x".repeat(bytes)}\necho "ran with $# and $(cat)"\nexit 3\n`;
    const { line, input } = buildCommand(script, MARKER);
    assert.ok(input !== undefined && line.length < 8000);
    const whole = { code: 3, out: "ran with 0 and \n", err: "" };
    assert.deepEqual(await runWith(line, input), whole);
    for (const cut of [0, 1, bytes + 10, input.length - MARKER.length, input.length - 1]) {
      const { code, out, err } = await runWith(line, input.slice(0, cut));
      assert.deepEqual([code, out], [125, ""], String(cut));
      assert.match(err, /^the script did not arrive whole, and nothing of it ran/u);
    }
  });
}
