// Files as they are in the world: every kind evaluates, is redefined, and tells its mistakes at the right line and column.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../../test/support/live-project.ts";

const text = `import { part } from "./part.ts";
export const twice = (count: number) => part() * count;
export function fail(/* é 😀 */ why: string) { throw new Error(why); }
export const call = () => fail("here");
`;
const part = "export const part = () => 21;\n";

const kinds: Readonly<Record<string, { folder?: string; change?: (text: string) => string }>> = {
  "lines that end as on Windows": { change: (one) => one.replaceAll("\n", "\r\n") },
  "a byte order mark": { change: (one) => `\uFEFF${one}` },
  "emoji before everything": { change: (one) => one.replace("import", "/* 👩‍🚀👨‍👩‍👧 */ import") },
  "5,000 lines": { change: (one) => `${one}${"// a line\nvoid 0;\n".repeat(2500)}` },
  "a folder with spaces, umlauts and signs": { folder: "Über uns/100% wahr #1?/käse & 'brot'/" },
  "a folder in an other script": { folder: "сервер/サーバー/" },
};

for (const [kind, { folder = "", change = (one: string) => one }] of Object.entries(kinds)) {
  test(`${kind}: values, redefinition, and the places of mistakes`, async (t) => {
    const main = `${folder}main.ts`;
    const other = `${folder}part.ts`;
    const project = await liveProject(t, { [main]: change(text), [other]: change(part) });
    await project.load(main);
    assert.equal(await project.value(main, "twice(2)"), 42);
    project.edit(other, "21", "4");
    await project.form(other, "export const part");
    assert.equal(await project.value(main, "twice(2)"), 8);
    assert.deepEqual(await placesOf(project, main), [
      [project.path(main), 3, change(text).split("\n")[2]?.indexOf("new Error")],
      [project.path(main), 4, change(text).split("\n")[3]?.indexOf("fail(")],
    ]);
  });
}

test("an import reads a byte order mark from the disk, as Node does", async (t) => {
  const project = await liveProject(t, {
    "main.ts": 'import { at } from "./at.ts";\n',
    "at.ts": '\uFEFFexport const at = () => new Error("here").stack;\n',
  });
  await project.load("main.ts");
  assert.match(String(await project.value("main.ts", "at()")), /at\.ts:1:25\)/);
});

/** File, line and column, from 0, of the frames of the user's own functions. */
async function placesOf(project: Awaited<ReturnType<typeof liveProject>>, file: string) {
  const { frames } = await project.error(file, "call()");
  const own = frames.filter((frame) => "file" in frame);
  return own.slice(0, 2).map(({ file, line, column }) => [file, line, column - 1]);
}
