// What is kept of a form does not keep the text of its whole file.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { readDocument } from "./document.ts";

const COUNT = 100;
const LENGTH = 100_000;
/** V8 copies what is shorter anyway. */
const ARGUMENT = '"more than a dozen letters"';

test("the text of a form is a copy: those of many versions of a long file are short", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const texts: string[] = [];
  const fill = `// ${"x".repeat(LENGTH)}\n`;
  const used = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  let document = readDocument(
    "/a.ts",
    `first(${ARGUMENT});\nsecond();\n${fill}third();\nfourth();\nfifth();\n`,
  );
  for (let count = 0; count < COUNT; count += 1) {
    const edited = document.text.replace(/first\d*\(/, `first${count}(`);
    document = readDocument("/a.ts", edited, count % 2 === 0 ? document : undefined);
    texts.push(document.forms[0]?.text ?? assert.fail());
  }
  const grown = used() - before;
  assert.equal(texts.at(-1), `first${COUNT - 1}(${ARGUMENT});`);
  assert.ok(grown < (COUNT * LENGTH) / 4, `${grown} bytes`);
});
