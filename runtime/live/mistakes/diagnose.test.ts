// Whatever was thrown becomes a message at the user's own place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../../test/support/live-project.ts";

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

test("causes and the members of an AggregateError are told, each at its own place", async (t) => {
  const text = [
    'import { query } from "database";',
    "function connect() {",
    '  throw new TypeError("refused");',
    "}",
    "function open() {",
    '  try { connect(); } catch (cause) { throw new Error("not open", { cause }); }',
    "}",
    "function all() {",
    "  const errors = [3];",
    "  try { query(); } catch (error) { errors.push(error); }",
    "  try { open(); } catch (error) { errors.push(error); }",
    '  throw new AggregateError(errors, "both");',
    "}",
    "",
  ].join("\n");
  const project = await liveProject(t, {
    "a.ts": text,
    "node_modules/database/package.json": '{ "exports": "./index.mjs" }',
    "node_modules/database/index.mjs":
      'const deep = (n) => { if (n > 0) deep(n - 1); else throw new Error("no rows"); };\nexport const query = () => deep(2);\n',
  });
  await project.load("a.ts");
  const { message, line, causes = [] } = await project.error("a.ts", "all()");
  assert.deepEqual([message, line], ["both", 12]);
  const told = causes.map(({ kind, depth, name, message, frames }) => {
    const [first, second] = frames;
    const lineOf = (one: typeof first) => (one && "line" in one ? one.line : one?.count);
    return [kind, depth, name, message, lineOf(first), lineOf(second)];
  });
  assert.deepEqual(told, [
    ["member", 1, undefined, "3 was thrown", undefined, undefined],
    ["member", 1, "Error", "no rows", 4, 10],
    ["member", 1, "Error", "not open", 6, 11],
    ["cause", 2, "TypeError", "refused", 3, 6],
  ]);
});

test("causes that go in a circle, or have no end, are told once, or cut", async (t) => {
  const project = await liveProject(t, { "a.ts": "" });
  const circle = await project.error(
    "a.ts",
    'const one: any = new Error("one"); one.cause = new Error("two", { cause: one }); throw one',
  );
  assert.deepEqual(
    circle.causes?.map(({ message }) => message),
    ["two"],
  );
  const endless = await project.error(
    "a.ts",
    'let last = new Error("0"); for (let n = 1; n < 99; n += 1) last = new Error(`${n}`, { cause: last }); throw last',
  );
  assert.equal(endless.causes?.length, 8);
});

test("an error in a package is shown at the user's line, with the package's frames as one", async (t) => {
  const project = await liveProject(t, {
    "a.ts": 'import { fail } from "@over/fails";\n\nconst go = () => fail();\ngo();\n',
    "node_modules/@over/fails/package.json": '{ "exports": "./index.mjs" }',
    "node_modules/@over/fails/index.mjs":
      'const inner = (n) => {\n  if (n === 0) throw new Error("in the package");\n  inner(n - 1);\n};\nexport const fail = () => inner(20);\n',
  });
  const failed = await project.press("a.ts", "go();");
  assert.ok(failed.kind === "error");
  assert.deepEqual([failed.error.file, failed.error.line], [project.path("a.ts"), 3]);
  assert.deepEqual(
    failed.error.frames.map((one) => ("from" in one ? one : [one.line, one.functionName])),
    [{ from: "node_modules/@over/fails", count: 22 }, [3, "go"], [4, undefined]],
  );
});

test("a name that nothing declares is told with the one that was meant", async (t) => {
  const reops = { pretty: 1, pick: 2 };
  const files = {
    "a.ts": 'import { grab, listing as ls } from "./b.ts";\nconst sandbox = 1;\nlet count = 2;\n',
    "b.ts": "export const listing = 1, grap = 2;\n",
  };
  const project = await liveProject(t, files, { reops });
  await project.load("a.ts");
  const cases: [string, string | undefined][] = [
    ["sandbx.hosts", "Did you mean `sandbox`?"],
    ["coutn = 3", "Did you mean `count`?"],
    ["new Dat()", "Did you mean `Date`?"],
    ["prety()", "Did you mean `pretty` of re-ops?"],
    ["pretty()", "`pretty` comes from re-ops: import it"],
    ["grab", "Did you mean `grap`?"],
    ["entirelyElse", undefined],
  ];
  for (const [text, next] of cases) {
    assert.equal((await project.error("a.ts", text)).next, next, text);
  }
  const { mend } = await project.error("a.ts", "sandbx");
  assert.deepEqual(mend, { kind: "rename", from: "sandbx", to: "sandbox" });
});

test("a declaration that was not evaluated is named with its file and line, also behind an import", async (t) => {
  const project = await liveProject(t, {
    "a.ts": 'import { b } from "./b.ts";\nexport const read = () => b;\nconst a = Math.max(1);\n',
    "b.ts": 'import { read } from "./a.ts";\nread();\nexport const b = Math.max(2);\n',
  });
  const own = await project.error("a.ts", "a + 1");
  const file = project.path("a.ts");
  assert.deepEqual(own.mend, { kind: "evaluate", name: "a", file, line: 3 });
  const circular = await project.evaluate("a.ts", { whole: "file" });
  assert.ok(circular.kind === "error");
  assert.deepEqual(circular.error.mend, {
    kind: "evaluate",
    name: "read",
    file,
    line: 2,
  });
});

test("a huge message is cut, a proxy is not asked", async (t) => {
  const project = await liveProject(t, { "a.ts": "" });
  const huge = await project.error("a.ts", 'throw new Error("x".repeat(10_000_000))');
  assert.equal(huge.message.length, 10_001);
  const traps = "{ has() { for (;;); }, get() { for (;;); }, getPrototypeOf() { for (;;); } }";
  const proxy = await project.error("a.ts", `throw new Proxy({}, ${traps})`);
  assert.equal(proxy.message, "a proxy was thrown");
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
