// Forms are found by place as by looking at every one of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "./document.ts";

test("the forms that a span touches are those of which a part overlaps it, in their order", () => {
  const document = readDocument(
    "/a.ts",
    `enum A { x }
const between = 1;
enum A { y = 2 }

// a comment
f(1); f(2);
function g(a: string): void;
function g(a: unknown) {}
`,
  );
  const { text, forms } = document;
  let found = 0;
  for (let start = 0; start <= text.length; start += 1) {
    for (let end = start + 1; end <= text.length; end += 1) {
      const expected = forms.filter(({ parts }) =>
        parts.some((part) => part.start < end && start < part.end),
      );
      assert.deepEqual(document.formsTouching({ start, end }), expected);
      found = Math.max(found, expected.length);
    }
  }
  assert.equal(found, 5);
});
