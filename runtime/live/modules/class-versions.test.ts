// A class that was evaluated again: who is told of objects of its older versions, and who is left alone.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { liveProject } from "../../../test/support/live-project.ts";

const file = `class Base { n = 1 }
class Bell extends Base { kind = "first" }
class Own { static [Symbol.hasInstance]() { return false; } }
const Named = class { n = 1 };
const old = { bell: new Bell(), own: new Own(), named: new Named() };
`;

async function bells(t: TestContext) {
  const project = await liveProject(t, { "a.ts": file });
  await project.load("a.ts");
  const ask = async (text: string) => {
    const value = await project.value("a.ts", text);
    return { value, notes: project.notes.splice(0).map((note) => /`.*?`/.exec(note)?.[0]) };
  };
  return { project, ask };
}

test("only a false `instanceof` for an object of an older version is told", async (t) => {
  const { project, ask } = await bells(t);
  assert.deepEqual(await ask("old.bell instanceof Bell"), { value: true, notes: [] });
  await project.form("a.ts", "class Bell");
  await project.form("a.ts", "class Bell");
  await project.form("a.ts", "const Named");
  const told = await ask("[old.bell instanceof Bell, old.named instanceof Named]");
  assert.deepEqual(told, {
    value: [false, false],
    notes: ["`instanceof Bell`", "`instanceof Named`"],
  });
  const others =
    "[{} instanceof Bell, null instanceof (Bell as any), new Bell() instanceof Bell, old.bell instanceof Base]";
  assert.deepEqual(await ask(others), { value: [false, false, true, true], notes: [] });
  const subclass =
    "class Sub extends Bell {}; [new Sub() instanceof Bell, new Bell() instanceof Sub, old.bell instanceof Sub]";
  assert.deepEqual(await ask(`(() => { ${subclass.replace(/\[.*/, "return $&")} })()`), {
    value: [true, false, false],
    notes: [],
  });
});

test("a class under an edited base is told of by its base", async (t) => {
  const { project, ask } = await bells(t);
  await project.form("a.ts", "class Base");
  assert.deepEqual(await ask("old.bell instanceof Base"), {
    value: false,
    notes: ["`instanceof Base`"],
  });
  await project.form("a.ts", "class Bell");
  const both = await ask("[old.bell instanceof Bell, new Bell() instanceof Base]");
  assert.deepEqual(both, { value: [false, true], notes: ["`instanceof Bell`"] });
});

test("a class that answers itself, and one that is frozen, are left alone", async (t) => {
  const { project, ask } = await bells(t);
  await project.form("a.ts", "class Own");
  assert.deepEqual(await ask("old.own instanceof Own"), { value: false, notes: [] });
  await project.value("a.ts", "class Iced { static { Object.freeze(this); } }");
  await project.value("a.ts", "class Iced { static { Object.freeze(this); } }");
  assert.deepEqual(await ask("({}) instanceof Iced"), { value: false, notes: [] });
});
