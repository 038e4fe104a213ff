// A script that is too long for a command line, and whose text is cut off on its way.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { buildUploadScript } from "../files/upload-script.ts";
import { quote } from "../quote.ts";
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

for (const bytes of [20_000, 150_000]) {
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

test("the lines of a script stay what they are where start-up files changed IFS", async () => {
  const { line } = buildCommand("echo 'a\n\nb' $#\nexit 3", MARKER);
  for (const ifs of ["", "x", "abc", "$(printf '\\n\\t')", "$(printf ' \\n\\t')"]) {
    const shown = await runWith(`IFS="${ifs}"; ${line}`, "");
    assert.deepEqual(shown, { code: 3, out: "a\n\nb 0\n", err: "" }, ifs);
  }
});

test("no line is longer than every server takes, through sudo neither", async () => {
  const nested = (script: string) => `sh -c ${quote(script)}`;
  const scripts = [1, 2, 10, 30, 100, 1000].flatMap((times) =>
    ["'", "it's ", "\\\n", "!", "x"].map((text) => text.repeat(times)),
  );
  for (const script of [...scripts, ...scripts.map(nested)]) {
    for (const throughSudo of [false, true]) {
      const { line } = buildCommand(script, MARKER, { throughSudo });
      const sent = throughSudo ? quote(line) : line;
      assert.ok(sent.length <= 8000 && !sent.includes("\n"), script);
    }
  }
});

test("through sudo a script reads what it reads without it", async () => {
  const script = `echo "it's $#\n$0"\ncat\nexit 3`;
  for (const text of [script, `# ${"'".repeat(4000)}\n${script}`]) {
    const { line, input } = buildCommand(text, MARKER, { throughSudo: true });
    const shown = await runWith(line, input ?? "not for it");
    assert.deepEqual(shown, { code: 3, out: "it's 0\nsh\n", err: "" });
  }
  const { line } = buildCommand(script, MARKER, { openInput: true, throughSudo: true });
  assert.equal((await runWith(line, "its input")).out, "it's 0\nsh\nits input");
});

test("the script of a copy stays short, whatever its name", () => {
  const name = `${"it's ".repeat(30)}.txt`;
  const modes = { mode: 0o755, modifiedAt: 0, size: 1 };
  for (const kind of ["file", "folder"] as const) {
    const script = buildUploadScript({ kind, name, ...modes }, { remote: "/srv/www", times: true });
    for (const throughSudo of [false, true]) {
      const { line } = buildCommand(script, MARKER, { openInput: true, throughSudo });
      assert.ok((throughSudo ? quote(line) : line).length <= 8000);
    }
  }
});
