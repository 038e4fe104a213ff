// A script with secrets goes by its channel's input: it runs whole or not at all.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { asInput, buildSecretReader } from "./fill-script.ts";

test("of a script that is cut off, or does not come, nothing runs", async () => {
  const script = buildSecretReader("END");
  const input = await text(asInput('echo begun\necho "$0 $# $(cat)"', "END")());
  const runWith = (arrived: string) => {
    const { status, stdout } = spawnSync("sh", ["-c", script], { input: arrived });
    return { status, out: String(stdout) };
  };
  assert.deepEqual(runWith(input), { status: 0, out: "begun\nsh 0 \n" });
  for (const length of [0, 11, input.length - 1]) {
    assert.deepEqual(runWith(input.slice(0, length)), { status: 125, out: "" });
  }
});
