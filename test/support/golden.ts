// Texts that people read, kept as files: a test compares with them, and RE_OPS_GOLDEN=write writes them anew to be looked at.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** `name`: of a file in test/golden, without its ending. */
export function assertGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`../golden/${name}.txt`, import.meta.url));
  if (process.env["RE_OPS_GOLDEN"] === "write") writeFileSync(file, text);
  assert.equal(text, readFileSync(file, "utf8"), `test/golden/${name}.txt`);
}
