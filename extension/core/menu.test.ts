// The menu of the status item offers to stop each thing that is under way, before all else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { menuOf } from "./menu.ts";

test("what is under way comes first, each with what its command is about", () => {
  const items = menuOf(
    [{ id: "e1", words: "while (true)\n  {}" }],
    [{ id: "r1", words: "ls / on 3 hosts" }],
  );
  assert.deepEqual(items.slice(0, 2), [
    { label: "$(debug-stop) Interrupt while (true) {}", command: "re-ops.interrupt", target: "e1" },
    { label: "$(debug-stop) Cancel ls / on 3 hosts", command: "re-ops.cancelRun", target: "r1" },
  ]);
});

test("with nothing under way the first is the list of runs", () => {
  assert.equal(menuOf([], [])[0]?.command, "re-ops.showRuns");
});
