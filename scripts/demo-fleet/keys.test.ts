// A key pair that its own library cannot read would keep the demo fleet from starting, one time in sixty.
import assert from "node:assert/strict";
import { test } from "node:test";
import ssh2 from "ssh2";
import { makeKeyPair } from "./keys.ts";

test("every key pair reads back, both halves whole", () => {
  const broken = Array.from({ length: 2000 }, () => makeKeyPair("demo")).filter(
    (pair) =>
      ssh2.utils.parseKey(pair.private) instanceof Error ||
      ssh2.utils.parseKey(pair.public) instanceof Error,
  );
  assert.deepEqual(broken, []);
});
