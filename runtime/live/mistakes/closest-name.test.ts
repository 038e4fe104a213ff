// A suggestion is what was meant, or none: a wrong one is worse.
import assert from "node:assert/strict";
import { test } from "node:test";
import { closestName } from "./closest-name.ts";

const names = ["sandbox", "listing", "hosts", "hs", "Hosts", "pretty", "report", "count", "a"];

for (const [wanted, meant] of [
  ["sandbx", "sandbox"],
  ["sandobx", "sandbox"],
  ["Sandbox", "sandbox"],
  ["listingg", "listing"],
  ["lsiting", "listing"],
  ["prety", "pretty"],
  ["HS", "hs"],
  ["hostS", "hosts"],
  ["coutn", "count"],
] as const) {
  test(`${wanted} means ${meant}`, () => {
    assert.equal(closestName(wanted, names), meant);
  });
}

for (const wanted of ["b", "go", "box", "sand", "missing", "constructor", "rapport"]) {
  test(`${wanted} means none of them`, () => {
    assert.equal(closestName(wanted, names), undefined);
  });
}

test("of two that are as close the earlier counts", () => {
  assert.equal(closestName("cart", ["card", "care"]), "card");
});
