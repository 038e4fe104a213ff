// Packets come whole, however the socket cuts them, and what is no packet is said.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readMessage } from "./messages.ts";
import { createPacketReader, number, packet, readFields, string } from "./wire.ts";

test("packets are the same in whatever pieces they come", () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  fc.assert(
    fc.property(payloads, cuts, (list, sizes) => {
      const bytes = Buffer.concat(list.map((one) => packet(Buffer.from(one))));
      const got: string[] = [];
      const read = createPacketReader((payload) => got.push(payload.toString("hex")));
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        read(bytes.subarray(at, at + size));
        at += size;
      }
      assert.deepEqual(
        got,
        list.map((one) => Buffer.from(one).toString("hex")),
      );
    }),
  );
});

test("a length beyond all measure, a field and a message that break off are no packets", () => {
  const read = createPacketReader(() => {});
  assert.throws(() => read(number(0x4845_4c4f)), /a packet of 1212501071 bytes/u);
  assert.throws(() => readFields(number(5)).string(), RangeError);
  const exitStatus = Buffer.concat([Buffer.from([0, 98]), number(0), string("exit-status")]);
  assert.throws(() => readMessage(exitStatus), RangeError);
});
