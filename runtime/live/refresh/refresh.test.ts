// Refresh: changed files only, what others import first, nothing at all when one is broken.
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { afterEach, test } from "node:test";
import { liveProject } from "../../../test/support/live-project.ts";
import { RefreshFailure } from "./refresh-failure.ts";

afterEach(() => {
  takeOrder();
});

/** Each file notes that it was evaluated. */
const note = (name: string) => `((globalThis as any).order ??= []).push("${name}");\n`;

function takeOrder(): string[] {
  const world = globalThis as { order?: string[] };
  const { order = [] } = world;
  delete world.order;
  return order;
}

const three = {
  "base.ts": `${note("base")}export let count = 0;\nexport const add = () => (count += 1);\nexport const word = "old";\n`,
  "middle.ts": `import { word } from "./base.ts";\n${note("middle")}export const say = () => word;\nexport const kept = word;\n`,
  "top.ts": `import { say, kept } from "./middle.ts";\nimport { add, count } from "./base.ts";\n${note("top")}export const all = () => [say(), kept, count];\n`,
};

test("only changed files are evaluated, what others import first; importers see the new values", async (t) => {
  const project = await liveProject(t, three);
  await project.load("top.ts");
  assert.deepEqual(takeOrder(), ["base", "middle", "top"]);
  assert.deepEqual(await project.refresh({ all: false }), nothing);
  await project.write("top.ts", `${three["top.ts"]}export const more = 1;\n`);
  await project.write("base.ts", three["base.ts"].replace("old", "new"));
  const report = await project.refresh({ all: false });
  assert.deepEqual(report, { ...nothing, evaluated: ["base.ts", "top.ts"] });
  assert.deepEqual(takeOrder(), ["base", "top"]);
  // What `middle.ts` took from an older value it keeps: it was not evaluated again.
  assert.deepEqual(await project.value("top.ts", "all()"), ["new", "old", 0]);
  const everything = await project.refresh({ all: true });
  assert.deepEqual(everything.evaluated, ["base.ts", "middle.ts", "top.ts"]);
  assert.deepEqual(takeOrder(), ["base", "middle", "top"]);
  assert.deepEqual(await project.value("top.ts", "all()"), ["new", "new", 0]);
});

const nothing = { evaluated: [], reread: [], deleted: [], gone: [] };

test("a changed tsconfig.json counts", async (t) => {
  const paths = (folder: string) =>
    JSON.stringify({ compilerOptions: { paths: { "@fleet/*": [`./${folder}/*`] } } });
  const project = await liveProject(t, {
    "tsconfig.json": paths("old"),
    "old/hosts.ts": 'export const web = "old";\n',
    "new/hosts.ts": 'export const web = "new";\n',
    "a.ts": 'import { web } from "@fleet/hosts.ts";\nexport const address = web;\n',
  });
  await project.load("a.ts");
  await project.write("tsconfig.json", paths("new"));
  await project.refresh({ all: true });
  assert.equal(await project.value("b.ts", 'import { address } from "./a.ts"; address'), "new");
});

test("a `let` of a changed file starts anew, one of another file stays", async (t) => {
  const project = await liveProject(t, {
    "a.ts": "export let mine = 1;\nexport const touch = () => (mine += 1);\n",
    "b.ts":
      'import { touch } from "./a.ts";\nlet own = 1;\nexport const both = () => (own += touch());\n',
  });
  await project.load("b.ts");
  assert.equal(await project.value("b.ts", "both()"), 3);
  await project.write("a.ts", "export let mine = 10;\nexport const touch = () => (mine += 1);\n");
  await project.refresh({ all: false });
  assert.equal(await project.value("b.ts", "both()"), 14);
});

const broken: readonly [string, string, RegExp, number][] = [
  ["does not parse", "export const word = ;\n", /Unexpected token/, 1],
  [
    "declares a name twice",
    "export const word = 1;\nconst word = 2;\n",
    /already been declared/,
    1,
  ],
  ["imports what is not there", 'import "./nowhere.ts";\nexport const word = 1;\n', /nowhere/, 1],
  ["uses `with`", "export const word = 1;\nwith (word) {}\n", /with/i, 2],
  [
    "imports a broken file for the first time",
    'import "./fresh.ts";\nexport const word = 1;\n',
    /Unexpected token/,
    2,
  ],
];

for (const [what, text, message, line] of broken) {
  test(`a file that ${what} is named in place, and nothing is evaluated`, async (t) => {
    const project = await liveProject(t, three);
    await project.load("top.ts");
    takeOrder();
    await project.write("fresh.ts", "// first line\nconst fresh = ;\n");
    // It comes first in import order, and is sound.
    await project.write("base.ts", three["base.ts"].replace("old", "new"));
    await project.write("middle.ts", `${note("middle")}${text}`.replace("\n", " "));
    await assert.rejects(project.refresh({ all: false }), (failure) => {
      assert.ok(failure instanceof RefreshFailure);
      const { error } = failure;
      assert.match(error.message, message);
      const isFresh = what.includes("first time");
      assert.equal(error.file, project.path(isFresh ? "fresh.ts" : "middle.ts"));
      assert.equal(error.line, line);
      assert.match(error.next ?? "", /Nothing was evaluated .* refresh again/);
      return true;
    });
    assert.deepEqual(takeOrder(), []);
    assert.deepEqual(await project.value("top.ts", "all()"), ["old", "old", 0]);
    await project.write("middle.ts", three["middle.ts"]);
    await rm(project.path("fresh.ts"));
    const mended = await project.refresh({ all: false });
    assert.deepEqual(mended.evaluated, ["base.ts"]);
    assert.deepEqual(await project.value("top.ts", "all()"), ["new", "old", 0]);
  });
}

test("a file that throws: every name has the value that it had before, and a mended one is evaluated", async (t) => {
  const project = await liveProject(t, {
    "base.ts": 'export let count = 0;\nexport const word = "old";\nexport const gone = 1;\n',
    "top.ts":
      'import { word, count } from "./base.ts";\nexport let own = 1;\nexport const all = () => [word, count, own];\n',
  });
  await project.load("top.ts");
  await project.value("top.ts", "(own = 7)");
  await project.write("base.ts", 'export const word = "new";\nexport let count = 5;\n');
  const top =
    'import { word, count } from "./base.ts";\nexport let own = 2;\nexport const added = 1;\n';
  await project.write("top.ts", `${top}null.property;\nexport const all = () => 0;\n`);
  await assert.rejects(project.refresh({ all: false }), (failure) => {
    assert.ok(failure instanceof RefreshFailure);
    assert.equal(failure.error.file, project.path("top.ts"));
    assert.equal(failure.error.line, 4);
    assert.equal(failure.error.name, "TypeError");
    assert.match(failure.error.next ?? "", /Every name has the value that it had before/);
    return true;
  });
  assert.deepEqual(await project.value("top.ts", "all()"), ["old", 0, 7]);
  assert.equal(await project.value("base.ts", "gone"), 1);
  assert.match((await project.error("other.ts", "added")).message, /added is not defined/);
  await project.write("top.ts", `${top}export const all = () => [word, count, own];\n`);
  const { evaluated, gone } = await project.refresh({ all: false });
  assert.deepEqual(evaluated, ["base.ts", "top.ts"]);
  assert.deepEqual(gone, [{ file: "base.ts", names: ["gone"] }]);
  assert.deepEqual(await project.value("top.ts", "all()"), ["new", 5, 2]);
});

test("the names of a deleted file go, and come back with it", async (t) => {
  const project = await liveProject(t, {
    "gone.ts": "export const value = 1;\n",
    "a.ts": 'import { value } from "./gone.ts";\nexport const read = () => value;\n',
  });
  await project.load("a.ts");
  await rm(project.path("gone.ts"));
  const report = await project.refresh({ all: false });
  assert.deepEqual(report, {
    ...nothing,
    deleted: ["gone.ts"],
    gone: [{ file: "gone.ts", names: ["value"] }],
  });
  assert.match((await project.error("a.ts", "read()")).message, /gone\.ts does not export `value`/);
  assert.deepEqual(await project.refresh({ all: false }), nothing);
  await project.write("gone.ts", "export const value = 2;\n");
  assert.deepEqual((await project.refresh({ all: false })).evaluated, ["gone.ts"]);
  assert.equal(await project.value("a.ts", "read()"), 2);
});

test("JSON with a byte order mark that did not change is not read again", async (t) => {
  const project = await liveProject(t, {
    "settings.json": '\uFEFF{ "k": 1 }',
    "a.ts": 'import s from "./settings.json" with { type: "json" };\nexport const k = () => s.k;\n',
  });
  await project.load("a.ts");
  assert.deepEqual(await project.refresh({ all: false }), nothing);
  assert.equal(await project.value("a.ts", "k()"), 1);
});

test("JSON is read again; broken JSON is named in place and changes nothing", async (t) => {
  const project = await liveProject(t, {
    "settings.json": '{ "k": 1 }',
    "a.ts": 'import s from "./settings.json" with { type: "json" };\nexport const k = () => s.k;\n',
  });
  await project.load("a.ts");
  await project.write("settings.json", '{ "k": 2 }');
  assert.equal(await project.value("a.ts", "k()"), 1);
  const report = await project.refresh({ all: false });
  assert.deepEqual(report, { ...nothing, reread: ["settings.json"] });
  assert.equal(await project.value("a.ts", "k()"), 2);
  await project.write("settings.json", '{\n  "k": oops }');
  await project.write(
    "a.ts",
    'import s from "./settings.json" with { type: "json" };\nexport const k = () => -s.k;\n',
  );
  await assert.rejects(project.refresh({ all: false }), (failure) => {
    assert.ok(failure instanceof RefreshFailure);
    assert.deepEqual([failure.error.file, failure.error.line], [project.path("settings.json"), 2]);
    return true;
  });
  assert.equal(await project.value("a.ts", "k()"), 2);
  await project.write("settings.json", '{ "k": 3 }');
  await project.refresh({ all: false });
  assert.equal(await project.value("a.ts", "k()"), -3);
});

test("what was never evaluated of a file is not evaluated by a refresh", async (t) => {
  const text = `${note("effect")}export const a = 1;\nexport const b = 2;\n`;
  const project = await liveProject(t, { "a.ts": text });
  await project.form("a.ts", "export const a =");
  await project.write("a.ts", text.replace("a = 1", "a = 10").replace("b = 2", "b = 20"));
  assert.deepEqual((await project.refresh({ all: false })).evaluated, ["a.ts"]);
  assert.deepEqual(takeOrder(), []);
  assert.equal(await project.value("b.ts", "(await import('./a.ts')).a"), 10);
});

test("an edit that was saved and not evaluated counts, also after other forms were evaluated", async (t) => {
  const project = await liveProject(t, { "a.ts": "export const a = 1;\nexport const b = 1;\n" });
  await project.load("a.ts");
  await project.write("a.ts", "export const a = 2;\nexport const b = 2;\n");
  await project.form("a.ts", "export const b");
  assert.deepEqual((await project.refresh({ all: false })).evaluated, ["a.ts"]);
  assert.equal(await project.value("a.ts", "a"), 2);
});

test("an edit that was evaluated and not saved is left alone until the disk changes", async (t) => {
  const project = await liveProject(t, { "a.ts": "export const a = 1;\nexport const b = 1;\n" });
  await project.load("a.ts");
  project.edit("a.ts", "a = 1", "a = 2");
  await project.form("a.ts", "export const a");
  assert.deepEqual(await project.refresh({ all: false }), nothing);
  assert.equal(await project.value("a.ts", "a"), 2);
  await writeFile(project.path("a.ts"), "export const a = 3;\nexport const b = 1;\n");
  assert.deepEqual((await project.refresh({ all: false })).evaluated, ["a.ts"]);
  assert.equal(await project.value("a.ts", "a"), 3);
});

test("user code refreshes, also its own file, and gets the report or the error", async (t) => {
  const text = 'import { refresh, refreshAll } from "re-ops/live";\nexport let a = 1;\n';
  const project = await liveProject(t, { "a.ts": text });
  await project.load("a.ts");
  await project.write("a.ts", text.replace("a = 1", "a = 2"));
  const report = await project.value("a.ts", "const report = await refresh();");
  assert.deepEqual(report, { ...nothing, evaluated: ["a.ts"] });
  assert.equal(await project.value("a.ts", "a"), 2);
  const all = (await project.value("a.ts", "const other = await refreshAll();")) as typeof nothing;
  assert.deepEqual(all.evaluated, ["a.ts"]);
  await writeFile(project.path("a.ts"), `${text}const b = ;\n`);
  const error = await project.error("a.ts", "const third = await refresh();");
  assert.deepEqual([error.file, error.line], [project.path("a.ts"), 3]);
});

test("files that import each other are refreshed together", async (t) => {
  const project = await liveProject(t, {
    "a.ts":
      'import { b } from "./b.ts";\nexport const a = () => 1;\nexport const sum = () => a() + b();\n',
    "b.ts": 'import { a } from "./a.ts";\nexport const b = () => a() + 1;\n',
  });
  await project.load("a.ts");
  await project.write(
    "a.ts",
    'import { b } from "./b.ts";\nexport const a = () => 10;\nexport const sum = () => a() + b();\n',
  );
  await project.write("b.ts", 'import { a } from "./a.ts";\nexport const b = () => a() + 2;\n');
  assert.deepEqual((await project.refresh({ all: false })).evaluated, ["b.ts", "a.ts"]);
  assert.equal(await project.value("a.ts", "sum()"), 22);
});

const held = (name: string) => `import { log } from "./log.ts";
using ${name} = { [Symbol.dispose]: () => void log.push("-${name}") };
import.meta.dispose?.(() => log.push("~${name}"));
log.push("+${name}");
`;

test("what a changed or deleted file holds ends, once; what others hold does not", async (t) => {
  const project = await liveProject(t, {
    "log.ts": "export const log: string[] = [];\n",
    "a.ts": held("a"),
    "b.ts": held("b"),
    "c.ts": held("c"),
  });
  for (const file of ["a.ts", "b.ts", "c.ts"]) await project.load(file);
  const take = () => project.value("log.ts", "log.splice(0)");
  assert.deepEqual(await take(), ["+a", "+b", "+c"]);
  await project.write("a.ts", held("a").replace("+a", "+again"));
  await rm(project.path("b.ts"));
  await project.refresh({ all: false });
  assert.deepEqual(await take(), ["~b", "-b", "~a", "-a", "+again"]);
  await project.write("a.ts", `${held("a").replace("+a", "+third")}throw new Error("late");\n`);
  await assert.rejects(project.refresh({ all: false }), /late/);
  assert.deepEqual(await take(), ["~a", "-a", "+third", "~a", "-a"]);
  await project.write("a.ts", held("a"));
  await project.refresh({ all: false });
  assert.deepEqual(await take(), ["+a"]);
});
