// A machine without room for one more process: what is to be kept tells, not its keeper.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createKeeper } from "./keeper.ts";

test("a keeper that cannot be started stays silent", () => {
  const environment = { PATH: process.env["PATH"] ?? "", TOO_MUCH: "x".repeat(200_000) };
  const { prepare, keep } = createKeeper(environment);
  assert.doesNotThrow(() => {
    const letGo = prepare();
    keep(process.pid)();
    letGo();
  });
});
