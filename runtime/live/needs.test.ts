// What a form needs and was never evaluated can be evaluated on request, effects and all; the form itself is not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../test/support/live-project.ts";

const text = `globalThis.made ??= [];
const make = (name: string) => (globalThis.made.push(name), name);
const fleet = make("fleet");
const unrelated = make("unrelated");
const web = make(fleet + "/web");
make(web + "!");
`;

declare global {
  var made: string[] | undefined;
}

test("everything that is missing, in order, once, and not the form", async (t) => {
  t.after(() => Reflect.deleteProperty(globalThis, "made"));
  const project = await liveProject(t, { "a.ts": text });
  await project.form("a.ts", "globalThis.made ??=");
  const missing = await project.press("a.ts", 'make(web + "!")');
  assert.ok(missing.kind === "error");
  assert.match(missing.error.message, /`web` has not been evaluated yet/u);
  const range = { start: text.indexOf('make(web + "!")'), end: text.length - 1 };
  const needed = await project.evaluate("a.ts", { ...range, needs: true });
  assert.ok(needed.kind === "value");
  assert.deepEqual(needed.names, ["fleet", "web"]);
  assert.deepEqual(globalThis.made, ["fleet", "fleet/web"]);
  const again = await project.evaluate("a.ts", { ...range, needs: true });
  assert.ok(again.kind === "value");
  assert.deepEqual([again.names, again.note], [[], "nothing was missing"]);
  assert.deepEqual(globalThis.made, ["fleet", "fleet/web"]);
});
