// The place of a call is the user's own line, also in code that was evaluated with a source map.
import assert from "node:assert/strict";
import { setSourceMapsSupport } from "node:module";
import { test } from "node:test";
import { MagicString } from "magic-string";
import { callSite } from "./place.ts";

test("a call in a plain file is placed at its line and column", () => {
  const place = callSite();
  assert.ok(place?.file.endsWith("place.test.ts"));
  assert.equal(place?.line, 9);
  assert.equal(place?.column, 17);
});

test("a call in evaluated text is placed by its source map, without the number of the evaluation", () => {
  setSourceMapsSupport(true, { nodeModules: false, generatedCode: true });
  const text = new MagicString("const a = 1;\n  return call();\n");
  text.prepend("(function form(call) {\n\n").append("})");
  const map = text.generateMap({ source: "file:///folder/my%20file.ts", hires: "boundary" });
  const encoded = Buffer.from(map.toString()).toString("base64");
  // oxlint-disable-next-line no-eval -- the evaluator evaluates in just this way
  const form = (0, eval)(
    `${text.toString()}\n//# sourceURL=file:///folder/my%20file.ts?17\n//# sourceMappingURL=data:application/json;base64,${encoded}`,
  ) as (call: typeof callSite) => unknown;
  assert.deepEqual(form(callSite), { file: "/folder/my file.ts", line: 2, column: 10 });
});
