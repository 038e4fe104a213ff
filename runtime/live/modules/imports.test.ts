// Imports: files of the project are live, packages and built-ins are Node's, `re-ops` is always ours.
import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { liveProject } from "../../../test/support/live-project.ts";

const reops = {
  Hosts: class Hosts {
    readonly names = ["a"];
  },
  run: () => "ran",
};

test("packages, built-ins, CommonJS and JSON are imported as Node imports them", async (t) => {
  const project = await liveProject(t, {
    "a.ts": `import { both } from "both";
import { onlyModule } from "only-module";
import legacy, { named } from "./legacy.cjs";
import { join } from "node:path";
import * as os from "os";
import settings from "./settings.json" with { type: "json" };
import old = require("./legacy.cjs");
`,
    "legacy.cjs": "exports.named = 'n'; exports.other = 1;",
    "settings.json": '{ "k": 7 }',
    "node_modules/both/package.json":
      '{ "exports": { "import": "./module.mjs", "require": "./script.cjs" } }',
    "node_modules/both/module.mjs": 'export const both = "module";',
    "node_modules/both/script.cjs": 'exports.both = "script";',
    "node_modules/only-module/package.json": '{ "exports": { "import": "./index.mjs" } }',
    "node_modules/only-module/index.mjs": "export const onlyModule = true;",
  });
  await project.load("a.ts");
  assert.deepEqual(
    await project.value(
      "a.ts",
      "[both, onlyModule, legacy.other, named, join('a', 'b'), typeof os.cpus, settings.k, old.named]",
    ),
    ["module", true, 1, "n", path.join("a", "b"), "function", 7, "n"],
  );
});

test("`re-ops` is the instance of the evaluator, for files, packages and `require` alike", async (t) => {
  const project = await liveProject(
    t,
    {
      "a.ts":
        'import { Hosts, run } from "re-ops";\nimport * as all from "re-ops";\nimport { H } from "uses";\nimport script from "uses-script";\n',
      "node_modules/re-ops/package.json": '{ "exports": "./wrong.mjs" }',
      "node_modules/re-ops/wrong.mjs": "export const Hosts = 1, run = 2;",
      "node_modules/uses/package.json": '{ "exports": "./index.mjs" }',
      "node_modules/uses/index.mjs": 'import { Hosts } from "re-ops"; export const H = Hosts;',
      "node_modules/uses-script/package.json": '{ "main": "./index.cjs" }',
      "node_modules/uses-script/index.cjs": 'module.exports = { H: require("re-ops").Hosts };',
    },
    { reops },
  );
  await project.load("a.ts");
  const same = await project.value("a.ts", "[Hosts === H, all.Hosts === H, script.H === H, run()]");
  assert.deepEqual(same, [true, true, true, "ran"]);
  assert.equal(
    await project.value("a.ts", "new Hosts()").then((hs) => hs instanceof reops.Hosts),
    true,
  );
  assert.match(
    (await project.error("a.ts", 'import { nope } from "re-ops"; nope')).message,
    /re-ops does not export `nope`/,
  );
});

test("a workspace package behind a link is live: its real path is in the project", async (t) => {
  const project = await liveProject(t, {
    "a.ts": 'import { level } from "@me/lib";\nexport const read = () => level;\n',
    "packages/lib/package.json": '{ "name": "@me/lib", "exports": "./lib.ts" }',
    "packages/lib/lib.ts": "export const level = 1;\n",
  });
  await mkdir(project.path("node_modules/@me"), { recursive: true });
  await symlink("../../packages/lib", project.path("node_modules/@me/lib"));
  await project.load("a.ts");
  project.edit("packages/lib/lib.ts", "level = 1", "level = 2");
  await project.form("packages/lib/lib.ts", "export const level");
  assert.equal(await project.value("a.ts", "read()"), 2);
});

test("`paths` of tsconfig.json lead to live files: patterns, several targets, an extended file, comments", async (t) => {
  const project = await liveProject(t, {
    "tsconfig.json": '{ // the app\n  "extends": "./config/base.json",\n}',
    "config/base.json": `{ "compilerOptions": { "paths": {
      "@/*": ["../src/*"], "level": ["../nowhere.ts", "../src/level.ts"], "old": ["../src/old.cjs"], "fs": ["../src/fs.ts"] } } }`,
    "src/level.ts": "export const level = 1;\n",
    "src/deep/other.ts": 'export * from "@/level";\n',
    "src/old.cjs": "exports.age = 7;\n",
    "src/fs.ts": 'export const isOurs = "shadows the built-in";\n',
    "a.ts": `import { level } from "@/level";
import { level as again } from "level";
import { level as far } from "@/deep/other.js";
import { age } from "old";
import { isOurs } from "fs";
import { sep } from "node:path";
export const read = () => [level, again, far, age, isOurs, sep];
`,
  });
  await project.load("a.ts");
  const rest = [7, "shadows the built-in", "/"];
  assert.deepEqual(await project.value("a.ts", "read()"), [1, 1, 1, ...rest]);
  project.edit("src/level.ts", "level = 1", "level = 2");
  await project.form("src/level.ts", "export const level");
  assert.deepEqual(await project.value("a.ts", "read()"), [2, 2, 2, ...rest]);
  assert.equal(await project.value("a.ts", '(await import("@/level")).level'), 2);
});

test("a changed tsconfig.json counts at the next evaluation", async (t) => {
  const project = await liveProject(t, {
    "tsconfig.json": "{}",
    "src/level.ts": "export const level = 1;\n",
    "a.ts": 'import { level } from "@/level";\nexport const read = () => level;\n',
  });
  assert.match((await project.error("a.ts", "read()")).message, /@\/level/);
  await project.write(
    "tsconfig.json",
    '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
  );
  assert.equal(await project.value("a.ts", "read()"), 1);
});

test("`#imports` of package.json, with conditions and patterns, lead to live files", async (t) => {
  const project = await liveProject(t, {
    "package.json": `{ "imports": { "#level": { "node": "./src/level.ts", "default": "./absent.ts" }, "#src/*.ts": "./src/*.ts" } }`,
    "src/level.ts": "export const level = 1;\n",
    "a.ts": `import { level } from "#level";
import { level as again } from "#src/level.ts";
export const read = () => [level, again];
`,
  });
  await project.load("a.ts");
  project.edit("src/level.ts", "level = 1", "level = 2");
  await project.form("src/level.ts", "export const level");
  assert.deepEqual(await project.value("a.ts", "read()"), [2, 2]);
});

test("an ESM-only package and one of CommonJS, by their export conditions", async (t) => {
  const project = await liveProject(t, {
    "node_modules/only-esm/package.json": '{ "type": "module", "exports": { "import": "./i.js" } }',
    "node_modules/only-esm/i.js": "export const kind = import.meta.url.slice(-4);\n",
    "node_modules/both/package.json": '{ "exports": { "import": "./i.mjs", "require": "./r.js" } }',
    "node_modules/both/i.mjs": 'export const kind = "import";\n',
    "node_modules/both/r.js": 'exports.kind = "require";\n',
    "node_modules/common/index.js": 'exports.kind = require("both").kind;\n',
    "a.ts": `import { kind as esm } from "only-esm";
import { kind as both } from "both";
import common from "common";
import required = require("both");
`,
  });
  await project.load("a.ts");
  const kinds = await project.value("a.ts", "[esm, both, common.kind, required.kind]");
  assert.deepEqual(kinds, ["i.js", "import", "require", "require"]);
});

test("a `.js` file is live when it is a module, and Node's when it is CommonJS", async (t) => {
  const project = await liveProject(t, {
    "a.ts": 'import { one } from "./one.js";\nimport two from "./two.js";\n',
    "one.js": "export const one = 1;\n",
    "two.js": "module.exports = 2;\n",
  });
  await project.load("a.ts");
  project.edit("one.js", "one = 1", "one = 10");
  await project.form("one.js", "export const one");
  assert.deepEqual(await project.value("a.ts", "[one, two]"), [10, 2]);
});

test("a module that exports `then` is a module like others, and is never called", async (t) => {
  const hijack =
    "export let calls = 0;\nexport function then() { calls += 1; }\nexport const z = 3;\n";
  const project = await liveProject(t, {
    "a.ts": 'import * as live from "./live.ts";\nimport * as foreign from "foreign";\n',
    "live.ts": hijack,
    "node_modules/foreign/package.json": '{ "exports": "./index.mjs" }',
    "node_modules/foreign/index.mjs": hijack,
  });
  await project.load("a.ts");
  await project.load("live.ts");
  const seen = "[live.z, live.calls, foreign.z, foreign.calls]";
  assert.deepEqual(await project.value("a.ts", seen), [3, 0, 3, 0]);
  const whole = (await project.form("a.ts", "import * as live")).box.value;
  assert.equal(whole, undefined);
  const boxed = await project.evaluate("a.ts", {
    text: `import * as live from "./live.ts";\nlive`,
  });
  assert.ok(boxed.kind === "value");
  assert.deepEqual(await project.value("a.ts", seen), [3, 0, 3, 0]);
});

test("exports: lists, renames, default, stars, whole modules, and their conflicts", async (t) => {
  const project = await liveProject(t, {
    "main.ts": `import main, { alias, passed, whole, starred, main as named } from "./exports.ts";
import * as all from "./exports.ts";
import { both } from "./exports.ts";
`,
    "exports.ts": `const own = "own";
export { own as alias };
export { deep as passed } from "./deep.ts";
export * as whole from "./deep.ts";
export * from "./left.ts";
export * from "./right.ts";
export default function main() { return "main"; }
export { main };
`,
    "deep.ts": 'export const deep = "deep";\nexport default "not passed on";\n',
    "left.ts": 'export const starred = "star", both = "left";\nexport default 1;\n',
    "right.ts": 'export const both = "right";\n',
  });
  await project.load("main.ts");
  assert.deepEqual(
    await project.value(
      "main.ts",
      "[main(), named(), alias, passed, whole.deep, starred, all.alias]",
    ),
    ["main", "main", "own", "deep", "deep", "star", "own"],
  );
  const conflict = await project.error("main.ts", "both");
  assert.match(conflict.message, /exports\.ts exports `both` twice.*left\.ts and right\.ts/);
  assert.deepEqual(Object.keys((await project.value("main.ts", "all")) as object).sort(), [
    "alias",
    "both",
    "default",
    "main",
    "passed",
    "starred",
    "whole",
  ]);
  const noDefault = await project.error("main.ts", 'import nothing from "./right.ts"; nothing');
  assert.match(noDefault.message, /right\.ts does not export `default`/);
  await project.value("right.ts", 'export * from "./left.ts"');
  assert.match((await project.error("main.ts", "nothing")).message, /does not export `default`/);
  await project.value("left.ts", 'export const late = "late"');
  assert.equal(await project.value("main.ts", "(all as any).late"), "late");
  await project.value("left.ts", 'const late = "late"');
  assert.equal(await project.value("main.ts", '"late" in all'), false);
});

test("what is missing is told where it is used: a name when it is read, a module when it is imported", async (t) => {
  const project = await liveProject(t, {
    "a.ts":
      'import { here, missing } from "./b.ts";\n\n  import "./nope.ts";\nimport "./b";\nimport gone from "gone";\n',
    "b.ts": "export const here = 1;\n",
  });
  await project.form("a.ts", "import { here");
  const name = await project.error("a.ts", "here + missing");
  assert.match(name.message, /b\.ts does not export `missing`/);
  assert.equal(name.column, 8);
  const places = { "./nope.ts": [3, 3], '"./b"': [4, 1], '"gone"': [5, 1] };
  for (const [at, place] of Object.entries(places)) {
    const failed = await project.press("a.ts", at);
    assert.ok(failed.kind === "error");
    assert.deepEqual([failed.error.line, failed.error.column], place, at);
    assert.match(failed.error.message, /Cannot find/, at);
  }
  const hint = await project.press("a.ts", '"./b"');
  assert.match(hint.kind === "error" ? hint.error.message : "", /did you mean `\.\/b\.ts`/);
});

test("a package that is installed after its import failed is found", async (t) => {
  const project = await liveProject(t, { "a.ts": 'import { late } from "late";\nlate;\n' });
  assert.equal((await project.press("a.ts", "late;")).kind, "error");
  const folder = project.path("node_modules/late");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "package.json"), '{ "exports": "./index.mjs" }');
  await writeFile(path.join(folder, "index.mjs"), "export const late = 1;");
  assert.equal((await project.form("a.ts", "late;")).box.value, 1);
});

test("a package that changed on disk since it was loaded is told, with what to do", async (t) => {
  const project = await liveProject(t, {
    "node_modules/@me/lib/package.json": '{ "version": "1.0.0", "exports": "./lib.js" }',
    "node_modules/@me/lib/lib.js": "exports.version = 1;\n",
    "a.ts": 'import { version } from "@me/lib";\n',
  });
  await project.form("a.ts", "import");
  await project.form("a.ts", "import");
  assert.deepEqual(project.printed, []);
  await project.write(
    "node_modules/@me/lib/package.json",
    '{ "version": "1.0.1", "exports": "./lib.js" }\n',
  );
  await project.form("a.ts", "import");
  assert.equal(await project.value("a.ts", "version"), 1);
  assert.deepEqual(
    project.printed.map(({ stream, text }) => [stream, text]),
    [
      [
        "err",
        "@me/lib changed on disk since it was loaded: restart the live process to use the new one\n",
      ],
    ],
  );
});

test("`import()` gives the live module, and fails with what the module threw", async (t) => {
  const project = await liveProject(t, {
    "a.ts": "export let b: any;\n",
    "b.ts": "export let level = 1;\n",
    "bad.ts": 'throw new RangeError("bad");\n',
  });
  await project.load("a.ts");
  await project.value("a.ts", 'b = await import("./b.ts")');
  await project.value("b.ts", "level = 2");
  assert.equal(await project.value("a.ts", "b.level"), 2);
  const caught = await project.value(
    "a.ts",
    'let caught: any; await import("./bad.ts").catch((error) => { caught = error; }); caught.name',
  );
  assert.equal(caught, "RangeError");
});

test("`import.meta` says where the file is, and whether it is evaluated by hand", async (t) => {
  const project = await liveProject(t, {
    "a.ts": "export const loaded = import.meta.repl;\n",
    "b.ts": "",
  });
  await project.load("a.ts");
  const { filename, dirname, resolve, repl } = (await project.value(
    "a.ts",
    "import.meta",
  )) as ImportMeta & {
    repl?: boolean;
  };
  assert.deepEqual([filename, dirname, repl], [project.path("a.ts"), project.folder, true]);
  assert.equal(resolve("./b.ts"), new URL(`file://${project.path("b.ts")}`).href);
  assert.equal(await project.value("a.ts", "loaded"), undefined);
});

test("names of `re-ops` need no import with a prelude, and hide nothing", async (t) => {
  const project = await liveProject(t, { "a.ts": "" }, { reops });
  const evaluate = async (text: string) => {
    const result = await project.evaluate("[eval].ts", { text, prelude: true });
    return result.kind === "value" ? result.box.value : result.error.message;
  };
  assert.equal(await evaluate("const f = () => run(); f()"), "ran");
  assert.equal(await evaluate('const run = () => "mine"; run()'), "mine");
  assert.equal(await evaluate("run()"), "mine");
  assert.equal(await evaluate("nope"), "nope is not defined");
});
