// However a secret comes out again, and however its bytes are split, its name stands there instead; all else stays as it is.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { formsOf } from "./forms.ts";
import { createPatterns } from "./patterns.ts";
import { createRedaction } from "./redaction.ts";

const SHOWN = "‹secret x›";

function through(value: string, chunks: readonly Buffer[]): string {
  const redaction = createRedaction();
  redaction.add(value, SHOWN);
  const stream = redaction.stream();
  const parts = chunks.map((chunk) => stream.push(chunk));
  return Buffer.concat([...parts, stream.end()]).toString();
}

/** The bytes, cut at those places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  return [...sorted, bytes.length].map((end, index) => bytes.subarray(sorted[index - 1] ?? 0, end));
}

test("a value split over any chunks never passes, and what is round it does", () => {
  const text = fc.string({ maxLength: 20 }).filter((one) => !one.includes("S3"));
  fc.assert(
    fc.property(text, text, fc.array(fc.nat(), { maxLength: 6 }), (before, after, places) => {
      const value = "S3cr3tS3cr3r";
      const whole = Buffer.from(`${before}${value}${after}${value}`);
      assert.equal(through(value, cut(whole, places)), `${before}${SHOWN}${after}${SHOWN}`);
    }),
    { numRuns: 300 },
  );
});

test("bytes without a secret in them arrive as they are, however they are split", () => {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(), { maxLength: 6 }), (whole, places) => {
      const redaction = createRedaction();
      redaction.add("aaaab", SHOWN);
      const stream = redaction.stream();
      const parts = cut(whole, places).map((chunk) => stream.push(chunk));
      const got = Buffer.concat([...parts, stream.end()]);
      if (!whole.includes("aaaab")) assert.deepEqual(got, whole);
    }),
    { numRuns: 300 },
  );
  assert.equal(through("aaaab", [Buffer.from("aaaa"), Buffer.from("aaab")]), `aaa${SHOWN}`);
});

test("only what may be a beginning is held back", () => {
  const redaction = createRedaction();
  redaction.add("secret", SHOWN);
  const stream = redaction.stream();
  assert.equal(stream.push(Buffer.from("password: ")).toString(), "password: ");
  assert.equal(stream.push(Buffer.from("this is")).toString(), "this i");
  assert.equal(stream.push(Buffer.from("ecret.")).toString(), `${SHOWN}.`);
});

const HARD = `pa'ss"w\\o/rd & <b> 100%+$HOME äß`;
const asAWord = `'${HARD.replaceAll("'", String.raw`'\''`)}'`;

const commands: Readonly<Record<string, readonly [string, string]>> = {
  "base64, wherever it stands": [
    "bash",
    `for i in '' a ab abc; do printf '%s%s%s' "$i" ${asAWord} "$i" | base64 -w0; echo; done`,
  ],
  "base64 in lines": ["bash", `v=${asAWord}; printf '%s' "$v" | base64`],
  "a trace of dash": ["dash", `exec 2>&1; set -x; : ${asAWord}`],
  "a trace of bash": ["bash", `exec 2>&1; set -x; : ${asAWord}`],
  "printf %q": ["bash", `LC_ALL=C.UTF-8 printf %q ${asAWord}`],
  hex: ["bash", `printf %s ${asAWord} | od -An -v -tx1 | tr -d ' \n'`],
};

for (const [form, [shell, script]] of Object.entries(commands)) {
  test(`it is found as ${form} writes it`, () => {
    const out = execFileSync(shell, ["-c", script], {
      env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" },
    });
    const shown = through(HARD, cut(out, [7, 8, 40, 41, 90]));
    assert.ok(shown.includes(SHOWN), shown);
    for (const part of ["rd &", "100%", "cGEn", "MTAwJ", "31303025"]) {
      assert.ok(!shown.includes(part), shown);
    }
  });
}

test("it is found in JSON, HTML and addresses", () => {
  const redaction = createRedaction();
  redaction.add(HARD, SHOWN);
  for (const text of [
    JSON.stringify({ a: HARD }),
    encodeURIComponent(HARD),
    encodeURIComponent(HARD).replaceAll(/%../gu, (code) => code.toLowerCase()),
    new URLSearchParams({ a: HARD }).toString(),
    HARD.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  ]) {
    const shown = redaction.text(text);
    assert.ok(shown.includes(SHOWN), text);
    assert.doesNotMatch(shown, /100|HOME/u);
  }
});

test("a key of many lines is found whole, line by line, and with other line ends", () => {
  const key = `-----BEGIN KEY-----\n${"AbCdEfGhIj".repeat(7)}\n${"KlMnOpQrSt".repeat(3)}\n-----END KEY-----`;
  assert.equal(through(key, [Buffer.from(`<${key}>`)]), `<${SHOWN}>`);
  const crlf = through(key, [Buffer.from(key.replaceAll("\n", "\r\n"))]);
  assert.doesNotMatch(crlf, /AbCd|KlMn/u);
  assert.doesNotMatch(
    through(key, [Buffer.from("  1 | KlMnOpQrSt".repeat(1) + "KlMnOpQrStKlMnOpQrSt")]),
    /OpQ/u,
  );
});

test("of two secrets of which one is the beginning of the other, the longer one is found", () => {
  const redaction = createRedaction();
  redaction.add("abcd", "‹short›");
  redaction.add("abcdef", "‹long›");
  const stream = redaction.stream();
  const parts = ["abcd", "ef abcd", " "].map((chunk) => stream.push(Buffer.from(chunk)).toString());
  assert.equal(parts.join(""), "‹long› ‹short› ");
});

test("a value that becomes known while a stream is open is taken out from there on", () => {
  const redaction = createRedaction();
  const stream = redaction.stream();
  const early = stream.push(Buffer.from("before "));
  redaction.add("hunter22", SHOWN);
  assert.equal(
    `${early.toString()}${stream.push(Buffer.from("hunter22")).toString()}`,
    `before ${SHOWN}`,
  );
});

test("a hundred megabytes pass in a moment", () => {
  const redaction = createRedaction();
  for (let number = 0; number < 5; number++) redaction.add(`value-number-${number}`, SHOWN);
  const stream = redaction.stream();
  const chunk = Buffer.alloc(65_536, "some text of a log line, value-, v\n");
  let bytes = 0;
  for (let count = 0; count < 200; count++) bytes += stream.push(chunk).length;
  assert.equal(bytes + stream.end().length, 200 * 65_536);
});

test("many values that begin and end alike: how the text is split changes nothing", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 4, maxLength: 7 });
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 60 });
  const values = fc.uniqueArray(word, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(values, text, fc.array(fc.nat(), { maxLength: 8 }), (secrets, whole, places) => {
      const redaction = createRedaction();
      for (const secret of secrets) redaction.add(secret, SHOWN);
      // At each place the longest one, as a regular expression finds it.
      const longestFirst = secrets.toSorted((one, other) => other.length - one.length);
      const expected = whole.replaceAll(new RegExp(longestFirst.join("|"), "gu"), SHOWN);
      assert.equal(redaction.text(whole), expected);
      const stream = redaction.stream();
      const parts = cut(Buffer.from(whole), places).map((chunk) => stream.push(chunk));
      assert.equal(Buffer.concat([...parts, stream.end()]).toString(), expected);
    }),
    { numRuns: 500 },
  );
});

test("of a thousand secrets few are compared with a line", () => {
  const patterns = createPatterns();
  for (let index = 0; index < 1000; index += 1) {
    const value = createHash("sha256").update(`${index}`).digest("base64url");
    for (const bytes of formsOf(value)) patterns.add({ bytes, instead: Buffer.from(SHOWN) });
  }
  const line = Buffer.from("12:00:00 up 3 days, 1 user, load average: 0.00, 0.00, 0.00\n");
  let compared = 0;
  let at = patterns.nextPlace(line, 0);
  while (at < line.length) {
    compared += patterns.at(line, at).length;
    at = patterns.nextPlace(line, at + 1);
  }
  assert.ok(compared > 0 && compared < line.length, `${compared} comparisons`);
});
