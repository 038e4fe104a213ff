// `once`: a value that survives evaluating its own form again, loading the file and refreshing it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../../test/support/live-project.ts";

const head = 'import { once } from "re-ops/live";\nlet made = 0;\n';

test("a value is made once, however often its form or its file is evaluated", async (t) => {
  const text = `${head}export const state = once(() => ({ number: (made += 1) }));\n`;
  const project = await liveProject(t, { "a.ts": text });
  await project.load("a.ts");
  const state = await project.value("a.ts", "state");
  await project.form("a.ts", "export const state");
  project.edit("a.ts", "(made += 1)", "-1");
  await project.form("a.ts", "export const state");
  assert.equal(await project.value("a.ts", "state"), state);
  await project.load("a.ts");
  await project.write("a.ts", text.replace("made = 0", "made = 5"));
  await project.refresh({ all: false });
  assert.equal(await project.value("a.ts", "state"), state);
  assert.equal(await project.value("a.ts", "made"), 5);
  assert.deepEqual(state, { number: 1 });
});

test("each name of each file has its own", async (t) => {
  const text = `${head}const a = once(() => ["a"]), b = once(() => ["b"]);\nconst { c } = once(() => ({ c: ["c"] }));\n`;
  const project = await liveProject(t, { "x.ts": text, "y.ts": text });
  await project.load("x.ts");
  await project.load("y.ts");
  const x = (await project.value("x.ts", "[a, b, c]")) as string[][];
  const y = (await project.value("y.ts", "[a, b, c]")) as string[][];
  assert.deepEqual(x, [["a"], ["b"], ["c"]]);
  assert.ok(x.every((value, index) => value !== y[index]));
  await project.load("x.ts");
  const again = (await project.value("x.ts", "[a, b, c]")) as string[][];
  assert.ok(x.every((value, index) => value === again[index]));
});

test("a promise, a block for the cursor and a default export may be made once", async (t) => {
  const project = await liveProject(t, {
    "a.ts": `${head}const later = await once(async () => (made += 1));
export default once(() => [made]);
if (import.meta.repl) {
  const later = once(() => "of the block");
}
`,
  });
  await project.load("a.ts");
  await project.load("a.ts");
  assert.equal(await project.value("a.ts", "later"), 1);
  const first = await project.value("b.ts", "(await import('./a.ts')).default");
  await project.form("a.ts", "export default");
  assert.equal(await project.value("b.ts", "(await import('./a.ts')).default"), first);
  assert.equal((await project.form("a.ts", "  const later")).box.value, "of the block");
});

test("one that throws is made again", async (t) => {
  const project = await liveProject(t, {
    "a.ts": `${head}const a = once(() => { made += 1; if (made === 1) throw new Error("not yet"); return made; });\n`,
  });
  await project.press("a.ts", "let made", "form");
  assert.equal((await project.press("a.ts", "const a", "form")).kind, "error");
  assert.equal((await project.form("a.ts", "const a")).box.value, 2);
});

const misplaced = [
  "once(() => 1);",
  "const make = () => once(() => 1);\nmake();",
  "function make() { return once(() => 1); }\nconst made2 = make();",
];

for (const text of misplaced) {
  test(`without a declaration of its own it is refused: ${text}`, async (t) => {
    const project = await liveProject(t, { "a.ts": `${head}${text}\n` });
    const result = await project.evaluate("a.ts", { whole: "file" });
    assert.ok(result.kind === "error");
    assert.match(result.error.message, /once.* must stand where a top-level declaration/);
    assert.match(result.error.next ?? "", /const name = once/);
  });
}
