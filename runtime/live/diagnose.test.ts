// Whatever was thrown becomes a message at the user's own place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../test/support/live-project.ts";

test("messages name things as the user wrote them", async (t) => {
  const project = await liveProject(t, {
    "a.ts": "const one: any = 1;\nconst fleet: any = { hosts: 1 };\n",
  });
  await project.load("a.ts");
  const messages = [];
  for (const text of ["one()", "new one()", "[...one]", "fleet.hosts()", "one`x`", "fleet.a.b"]) {
    messages.push((await project.error("a.ts", text)).message);
  }
  assert.deepEqual(messages, [
    "one is not a function",
    "one is not a constructor",
    "one is not iterable",
    "fleet.hosts is not a function",
    "one is not a function",
    "Cannot read properties of undefined (reading 'b')",
  ]);
});

test("what is no error is shown as it is, at its form", async (t) => {
  const project = await liveProject(t, { "a.ts": "\n  throw { code: 7 };\nthrow undefined;\n" });
  const object = await project.press("a.ts", "throw {", "form");
  assert.ok(object.kind === "error");
  const { message, name, line, column, endLine, endColumn } = object.error;
  assert.deepEqual([message, name], ["{ code: 7 } was thrown", undefined]);
  assert.deepEqual([line, column, endLine, endColumn], [2, 3, 2, 21]);
  assert.equal((await project.error("a.ts", "throw undefined")).message, "undefined was thrown");
});

test("causes and the members of an AggregateError are told", async (t) => {
  const project = await liveProject(t, { "a.ts": "" });
  const caused = await project.error("a.ts", 'throw new Error("a", { cause: new TypeError("b") })');
  assert.equal(caused.message, "a\ncaused by TypeError: b");
  const several = await project.error(
    "a.ts",
    'throw new AggregateError([new Error("x"), 3], "both")',
  );
  assert.equal(several.message, "both\n- Error: x\n- 3");
});

test("an error in a package is shown at the user's line, with the package's frames", async (t) => {
  const project = await liveProject(t, {
    "a.ts": 'import { fail } from "fails";\n\nconst go = () => fail();\ngo();\n',
    "node_modules/fails/package.json": '{ "exports": "./index.mjs" }',
    "node_modules/fails/index.mjs":
      'export function fail() {\n  throw new Error("in the package");\n}\n',
  });
  const failed = await project.press("a.ts", "go();");
  assert.ok(failed.kind === "error");
  assert.deepEqual([failed.error.file, failed.error.line], [project.path("a.ts"), 3]);
  assert.deepEqual(
    failed.error.frames.map(({ file, line, functionName }) => [
      file.split("/").at(-1),
      line,
      functionName,
    ]),
    [
      ["index.mjs", 2, "fail"],
      ["a.ts", 3, "go"],
      ["a.ts", 4, undefined],
    ],
  );
});

test("the reason of a rejected value is explained at the line that threw, or at its form", async (t) => {
  const text =
    'const later = async () => {\n  await null;\n  throw new Error("late");\n};\n\nlater();\n';
  const project = await liveProject(t, { "a.ts": text });
  const { box } = await project.form("a.ts", "later();");
  const range = { file: project.path("a.ts"), text, start: text.length - 9, end: text.length - 1 };
  const reason: unknown = await (box.value as Promise<unknown>).catch((error: unknown) => error);
  const explained = project.evaluator.explain(reason, range);
  assert.deepEqual([explained.line, explained.column, explained.message], [3, 9, "late"]);
  const plain = project.evaluator.explain("no stack", range);
  assert.deepEqual([plain.line, plain.column], [6, 1]);
});

test("an error with an odd or a foreign stack is shown at its form", async (t) => {
  const project = await liveProject(t, { "a.ts": "" });
  for (const text of [
    'throw Object.assign(new Error("odd"), { stack: 7 })',
    'throw Object.assign(new Error("odd"), { stack: "Error\\n    at nowhere" })',
    'throw { message: "odd" }',
  ]) {
    const { message, line, column, frames } = await project.error("a.ts", text);
    assert.deepEqual([message, line, column, frames], ["odd", 2, 1, []], text);
  }
});
