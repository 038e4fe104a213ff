// Copies that are cut off at random bytes: the old file or the new one, never a mixture, and nothing is left behind.
import assert from "node:assert/strict";
import { test } from "node:test";
import { interruptCopies } from "./interrupted.ts";
import { makeLabCopies } from "./lab-copies.ts";

const SEED = Number(process.env["RE_OPS_SEED"] ?? 20_261);

test(`100 copies that are cut off at random bytes, seed ${String(SEED)}`, async (t) => {
  const lab = await makeLabCopies(t);
  const { cut, whole, wrong } = await interruptCopies(t, lab, 100, SEED);
  assert.deepEqual(wrong, []);
  assert.equal(cut + whole, 100);
  assert.ok(cut > 40, `only ${String(cut)} were cut off`);
});
