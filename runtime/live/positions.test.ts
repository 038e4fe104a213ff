// Errors are shown at the user's own line and column: the ones that Node gives for the same text, also in older versions.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import * as fc from "fast-check";
import { liveProject } from "../../test/support/live-project.ts";
import { temporaryFolder } from "../../test/support/temporary.ts";
import { diagnose } from "./mistakes/diagnose.ts";

const blank = fc.constantFrom("", "\n", "  \n\n", "// über 😀 alles\n", "/* 'two\nlines' */\n");
const indent = fc.constantFrom("", "  ", "\t", "      ");
const before = fc.constantFrom(
  "",
  "const ü = '😀'; ",
  "const local: Record<string, number> = { shared }; void local; ",
  "if (shared as unknown as boolean) ",
  "void `${shared} ${[shared, ...list]}`; ",
  "helper<string>(shared)\n",
);
const failure = fc.constantFrom(
  "throw new Error('x');",
  "nothing.nope;",
  "list[9].nope.deep;",
  "void (nothing as any)();",
  "notDefinedAnywhere;",
  "notDefinedAnywhere();",
  "void helper(nothing.nope);",
  "new Missing(shared);",
  "settings.deep.deeper!.deepest;",
);
const call = fc.constantFrom(
  (name: string) => `${name}();`,
  (name: string) => `return ${name}();`,
  (name: string) => `helper(${name}());`,
  (name: string) => `list.map((one) => ${name}())`,
  (name: string) => `void { a: ${name}() }.a`,
  (name: string) => `return shared + (await0, ${name})();`,
  (name: string) => `${name} ();`,
);

const program = fc
  .record({
    levels: fc.array(fc.record({ blank, indent, before, call }), { minLength: 1, maxLength: 4 }),
    failure,
    last: fc.record({ blank, indent, before }),
  })
  .map(({ levels, failure, last }) => {
    const functions = levels.map(
      ({ blank, indent, before, call }, level) =>
        `${blank}function level${level}(n: number = shared): unknown {\n${indent}${before}${call(`level${level + 1}`)}\n${indent}}`,
    );
    return [
      "let shared: number = 1, await0 = 0;\nconst list: any[] = [1], nothing: any = undefined, settings: any = { deep: {} }",
      "interface Colour { red: number }\nexport const helper = <T,>(value: unknown): T => value as T",
      "class Missing { constructor(n: number) { throw new TypeError(`no ${n} ${list[0]}`) } }",
      ...functions,
      `${last.blank}async function level${levels.length}() {\n${last.indent}${last.before}${failure}\n}`,
      "level0();",
    ]
      .join("\n")
      .replace("async function", "function");
  });

test("loading a file fails at the places where Node fails", async (t) => {
  const node = await temporaryFolder(t);
  await writeFile(path.join(node, "package.json"), '{ "type": "module" }');
  let count = 0;
  await fc.assert(
    fc.asyncProperty(program, async (text) => {
      const file = path.join(node, `a${(count += 1)}.ts`);
      await writeFile(file, text);
      const project = await liveProject(t, { "a.ts": text });
      const ours = await project.evaluate("a.ts", { whole: "file" });
      assert.ok(ours.kind === "error", "it must fail");
      const theirs = await errorOfNode(file);
      assert.deepEqual(placesOf(ours.error, project.path("a.ts")), placesOf(theirs, file), text);
      assert.equal(ours.error.message, theirs.message);
      project.evaluator.dispose();
    }),
    { numRuns: 80 },
  );
});

const thrower = (lines: string) =>
  `${lines}function thrower(n: number) {\n  const bb: any = { cc: inc() };\n  return bb.cc.nope.nope + count;\n}`;

test("an older version of a function keeps its own places", async (t) => {
  const common = "let count = 0;\nconst inc = () => ++count;\nlet held: any;\n";
  await fc.assert(
    fc.asyncProperty(fc.array(blank), fc.array(blank), async (first, second) => {
      const [old, edited] = [first, second].map((blanks) => common + thrower(blanks.join("")));
      assert.ok(old !== undefined && edited !== undefined);
      const project = await liveProject(t, { "a.ts": old });
      await project.load("a.ts");
      await project.value("a.ts", "held = thrower");
      await project.write("a.ts", edited);
      await project.form("a.ts", "function thrower");
      const lineOf = (text: string) => text.slice(0, text.indexOf("return bb")).split("\n").length;
      const byOld = await project.error("a.ts", "held(1)");
      assert.deepEqual([byOld.line, byOld.column], [lineOf(old), "  return bb.cc.nope.n".length]);
      const byNew = await project.error("a.ts", "thrower(1)");
      assert.deepEqual(
        [byNew.line, byNew.column],
        [lineOf(edited), "  return bb.cc.nope.n".length],
      );
      project.evaluator.dispose();
    }),
    { numRuns: 20 },
  );
});

test("columns count from the beginning of the line, wherever the form begins", async (t) => {
  const nothing = "const nothing: any = undefined;\n";
  const project = await liveProject(t, { "a.ts": nothing });
  await project.load("a.ts");
  for (const form of ["nothing.nope;", "void 0; /* ü */ nothing.nope;", "  nothing\n .nope;"]) {
    const text = `${nothing}  void 1; ${form}`;
    const result = await project.evaluate("a.ts", { text, start: text.indexOf("void 1") });
    assert.ok(result.kind === "error");
    const before = text.slice(0, text.indexOf("nope;")).split("\n");
    const place = [before.length, (before.at(-1)?.length ?? 0) + 1];
    assert.deepEqual([result.error.line, result.error.column], place, form);
  }
});

async function errorOfNode(file: string) {
  const place = { file, range: { line: 0, column: 0, endLine: 0, endColumn: 0 } };
  const isPlain = (name: string) => name === file;
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    return diagnose(error, { place, originOf: (name) => (isPlain(name) ? "user" : "other") });
  }
  return assert.fail("Node must fail");
}

function placesOf(error: ReturnType<typeof diagnose>, file: string) {
  return error.frames
    .flatMap((frame) => ("file" in frame && frame.file === file ? [frame] : []))
    .map(({ line, column, functionName = "" }) => `${line}:${column} ${functionName}`);
}
