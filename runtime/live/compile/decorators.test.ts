// Decorators, which only a form that has one pays for.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { childrenOf } from "../../../test/support/processes.ts";
import { liveProject } from "../../../test/support/live-project.ts";

const files = {
  "log.ts": `export const log: string[] = [];
export const logged = (what: string) => (method: any, { name }: { name: string | symbol }) =>
  function (this: object, ...args: any[]) { log.push(what + String(name)); return method.apply(this, args); };
export const tools = { twice: (_: unknown, __: object) => (n: number) => n * 2 };
export function frozen(made: any, { kind }: { kind: string }) { log.push(kind + " " + made.name); made.isSeen = true; }
`,
  "a.ts": `import { frozen, logged, tools } from "./log.ts";

@frozen
export class Fleet {
  @tools.twice size = 4;
  constructor(readonly name: string) {}

  @logged("> ") list(hosts: string[]): number {
    return this.break(hosts);
  }
  break(hosts: string[]): number {
    throw new Error(hosts[0]);
  }
}
const make = () =>
  class {
    @logged("in ") inner() {}
  };
`,
};

test("decorators of classes, methods and fields work, by name, member and call", async (t) => {
  const project = await liveProject(t, files);
  await project.load("a.ts");
  const seen = await project.value(
    "a.ts",
    'const f = new Fleet("lab"); new (make())().inner(); [f.size, f.name, Fleet.name, (Fleet as any).isSeen]',
  );
  assert.deepEqual(seen, [8, "lab", "Fleet", true]);
  assert.deepEqual(await project.value("log.ts", "log"), ["class Fleet", "in inner"]);
});

test("a decorated form is redefined as any other, and reads its decorators anew", async (t) => {
  const project = await liveProject(t, files);
  await project.load("a.ts");
  await project.value("a.ts", "let fleet = new Fleet('old')");
  project.edit("a.ts", "throw new Error(hosts[0]);", "return hosts.length;");
  project.edit("log.ts", "n * 2", "n * 3");
  await project.form("log.ts", "export const tools");
  await project.form("a.ts", "export class Fleet");
  assert.deepEqual(
    await project.value("a.ts", 'const g = new Fleet("x"); [g.list(["h"]), g.size]'),
    [1, 12],
  );
});

test("decorators may stand before `export`, or after it", async (t) => {
  const project = await liveProject(t, {
    "log.ts": files["log.ts"],
    "a.ts": `import { frozen, logged } from "./log.ts";
@frozen @frozen export default class { @logged("") named() {} }
`,
    "b.ts": `import { frozen } from "./log.ts";
export default @frozen class Own {}
`,
  });
  await project.load("a.ts");
  await project.form("b.ts", "Own");
  assert.deepEqual(await project.value("log.ts", "log"), [
    "class default",
    "class default",
    "class Own",
  ]);
  const all =
    'import One from "./a.ts"; import Two from "./b.ts"; [One, Two].map((one: any) => one.isSeen)';
  assert.deepEqual(await project.value("c.ts", all), [true, true]);
});

test("errors in decorated code are shown at the user's own place, and nothing stays behind", async (t) => {
  const project = await liveProject(t, files);
  await project.load("a.ts");
  const error = await project.error("a.ts", 'new Fleet("x").list(["web"])');
  assert.equal(error.message, "web");
  assert.deepEqual(
    error.frames
      .slice(0, 2)
      .map((frame) => "file" in frame && [path.basename(frame.file), frame.line, frame.column]),
    [
      ["a.ts", 12, 11],
      ["a.ts", 9, 17],
    ],
  );
  assert.deepEqual(await childrenOf(process.pid), []);
});

test("decorators of the older kind, for which a tsconfig asks, are refused at their place and not taken for others", async (t) => {
  const project = await liveProject(t, {
    ...files,
    "base.json": '{ "compilerOptions": { "experimentalDecorators": true } }',
    "tsconfig.json": '{ "extends": "./base.json" }',
    "inner/tsconfig.json": "{}",
    "inner/b.ts": 'import { frozen } from "../log.ts";\n@frozen class Inner {}\n',
  });
  const loaded = await project.evaluate("a.ts", { whole: "file" });
  const pressed = await project.press("a.ts", "@logged", "form");
  for (const result of [loaded, pressed]) {
    assert.ok(result.kind === "error");
    const { message, next, file, line, column } = result.error;
    assert.match(message, /tsconfig\.json.*experimentalDecorators/u);
    assert.match(next ?? "", /take the setting out of tsconfig\.json/u);
    assert.deepEqual([file, line, column], [project.path("a.ts"), 3, 1]);
  }
  assert.deepEqual(await project.value("log.ts", "log"), []);
  assert.equal(await project.value("a.ts", "1 + 1"), 2, "a form without decorators");
  await project.load("inner/b.ts");
  assert.deepEqual(await project.value("log.ts", "log"), ["class Inner"]);
  await project.write("tsconfig.json", "{}");
  await project.load("a.ts");
  assert.deepEqual(await project.value("log.ts", "log"), ["class Inner", "class Fleet"]);
});
