// However the bytes are cut: what came before the announcement is dropped, what follows is passed on whole.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readAnnouncement } from "./announcement.ts";

const MARKER = "0123456789abcdef0123456789abcdef";

function feed(bytes: Buffer, cuts: readonly number[]) {
  const pids: number[] = [];
  const rest: Buffer[] = [];
  const reader = readAnnouncement(
    MARKER,
    (pid) => pids.push(pid),
    (chunk) => rest.push(chunk),
  );
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const end of [...places, bytes.length]) {
    if (end > start) reader.push(bytes.subarray(start, end));
    start = Math.max(start, end);
  }
  return { pids, rest: Buffer.concat(rest), noise: reader.noise() };
}

const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array));

test("random noise, random output, random cuts", () => {
  fc.assert(
    fc.property(bytes, bytes, fc.array(fc.nat(), { maxLength: 8 }), (noise, output, cuts) => {
      const whole = Buffer.concat([noise, Buffer.from(`${MARKER} 4711\n`), output]);
      const { pids, rest } = feed(whole, cuts);
      assert.deepEqual(pids, [4711]);
      assert.deepEqual(rest, output);
    }),
  );
});

test("a marker that a shell quotes in an error is noise", () => {
  const error = `fish: $$ is not the pid: echo "${MARKER} $$" >&2; echo ${MARKER} 12a\n`;
  const whole = Buffer.from(`${error}${MARKER} 99\n${MARKER} 100\n`);
  for (let cut = 0; cut <= whole.length; cut++) {
    const { pids, rest } = feed(whole, [cut]);
    assert.deepEqual(pids, [99]);
    assert.equal(rest.toString(), `${MARKER} 100\n`);
  }
});

test("without an announcement nothing is passed on, and the last words are kept", () => {
  const text = `${"x".repeat(10_000)}This account is currently not available.\n`;
  const { pids, rest, noise } = feed(Buffer.from(text), [5, 2000, 9000]);
  assert.deepEqual(pids, []);
  assert.equal(rest.length, 0);
  assert.match(noise, /currently not available\.$/u);
  assert.ok(noise.length <= 2100);
});
