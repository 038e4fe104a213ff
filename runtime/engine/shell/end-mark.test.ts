// However the bytes are cut: the mark is found, and everything round it is passed on whole and at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type EndOfScript, readEndMark } from "./end-mark.ts";
import { MARKER_HEAD } from "./resident-program.ts";

const MARKER = `${MARKER_HEAD}0123456789abcdef0123456789abcdef`;

function feed(chunks: readonly Buffer[]) {
  const rest: Buffer[] = [];
  const ends: EndOfScript[] = [];
  const push = readEndMark(
    MARKER,
    (chunk) => rest.push(chunk),
    (end) => ends.push(end),
  );
  for (const chunk of chunks) push(chunk);
  return { rest: Buffer.concat(rest), ends };
}

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((one) => one % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
}

/** Bytes with many beginnings of a marker, and none that is whole. */
const output = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc
        .nat({ max: MARKER.length + 5 })
        .map((length) => Buffer.from(`${MARKER} end `).subarray(0, length)),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts))
  .filter((bytes) => !/ end \d+(?: [A-Z\d+-]+)?(?: left)?\n/u.test(bytes.toString("latin1")));

const end = fc.constantFrom<[string, EndOfScript][]>(
  ["0", { exit: { code: 0 }, left: false }],
  ["143", { exit: { code: 143 }, left: false }],
  ["137 KILL", { exit: { signal: "SIGKILL" }, left: false }],
  ["162 RTMIN", { exit: { signal: "SIGRTMIN" }, left: false }],
  ["3 left", { exit: { code: 3 }, left: true }],
  ["143 TERM left", { exit: { signal: "SIGTERM" }, left: true }],
);

test("random output before and behind, random cuts", () => {
  fc.assert(
    fc.property(
      output,
      end,
      output,
      fc.array(fc.nat(), { maxLength: 8 }),
      (before, [said, is], behind, cuts) => {
        const whole = Buffer.concat([before, Buffer.from(`${MARKER} end ${said}\n`), behind]);
        const { rest, ends } = feed(cut(whole, cuts));
        assert.deepEqual(ends, [is]);
        assert.deepEqual(rest, Buffer.concat([before, behind]));
      },
    ),
  );
});

test("nothing is kept back but what may be the beginning of the mark", () => {
  const text = "50 % done\r";
  assert.equal(feed([Buffer.from(text)]).rest.toString(), text);
  assert.equal(feed([Buffer.from(`${text}${MARKER_HEAD}`)]).rest.toString(), text);
  assert.equal(
    feed([Buffer.from(`${text}${MARKER_HEAD}`), Buffer.from("9")]).rest.toString(),
    `${text}${MARKER_HEAD}9`,
  );
});

test("what begins as a mark and becomes no line is passed on", () => {
  const chunk = Buffer.alloc(1000, "x");
  const { rest, ends } = feed([Buffer.from(`${MARKER} end `), chunk]);
  assert.deepEqual([rest.toString(), ends], [`${MARKER} end ${chunk.toString()}`, []]);
});
