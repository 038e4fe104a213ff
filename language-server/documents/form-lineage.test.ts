// Forms are followed by what stands before and behind them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FormLineage } from "./form-lineage.ts";

function follow(...texts: string[]): string {
  const lineage = new FormLineage();
  let ancestors: readonly string[] = [];
  for (const text of texts) {
    ancestors = lineage.ancestorsOf(text.split(""));
    lineage.follow(text.split(""), ancestors);
  }
  return ancestors.join("");
}

const cases: readonly (readonly [what: string, texts: readonly string[], ancestors: string])[] = [
  ["all are new", ["abc"], "abc"],
  ["nothing is edited", ["abc", "abc"], "abc"],
  ["one is edited, and again", ["abc", "axc", "ayc"], "abc"],
  ["the first, then the last", ["abc", "xbc", "xby"], "abc"],
  ["two at once", ["abcd", "axyd"], "abcd"],
  ["one is put in", ["abc", "axbc"], "axbc"],
  ["one goes", ["abc", "ac"], "ac"],
  ["one goes beside an edited one", ["abc", "axc", "xc"], "bc"],
  ["the same one twice", ["aa", "aaa", "aba"], "aaa"],
  ["all go and others come", ["abc", "", "x"], "x"],
];

for (const [what, texts, ancestors] of cases) {
  test(what, () => {
    assert.equal(follow(...texts), ancestors);
  });
}
