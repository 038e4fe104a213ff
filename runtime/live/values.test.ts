// What an evaluation hands back: values in a box that no promise opens, what kind of statement gave them, top-level await.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { liveProject } from "../../test/support/live-project.ts";

/** An awaitable that counts how often it was started, as an operation does. */
function operations() {
  let started = 0;
  const ls = (name: string) => ({
    name,
    // oxlint-disable-next-line unicorn/no-thenable
    then(done: (value: unknown) => void) {
      started += 1;
      done(`outcome of ${name}`);
    },
  });
  return { reops: { ls }, started: () => started };
}

const imports = 'import { ls } from "re-ops";\n';

for (const [form, statement, names] of [
  ['ls("/")', "expression", []],
  ['(0, ls("/"))', "expression", []],
  ['const x = ls("/")', "declaration", ["x"]],
  ['export let { y } = { y: ls("/") }', "declaration", ["y"]],
  ['z = ls("/")', "declaration", ["z"]],
  ['(z as any) = ls("/")', "declaration", ["z"]],
  ['export default ls("/")', "declaration", ["default"]],
  ['class Then { static then = ls("/") }', "declaration", ["Then"]],
] as const) {
  test(`\`${form}\` hands the operation back and does not start it`, async (t) => {
    const { reops, started } = operations();
    const project = await liveProject(
      t,
      { "a.ts": `${imports}let z: any;\n${form};\n` },
      { reops },
    );
    const result = await project.form("a.ts", form);
    await setImmediate();
    assert.equal(started(), 0);
    assert.deepEqual([result.statement, result.names], [statement, names]);
    const kept = form.startsWith("class")
      ? (result.box.value as { then: unknown }).then
      : result.box.value;
    assert.equal((kept as { name: string }).name, "/");
  });
}

test("loading and importing a file start no operation either", async (t) => {
  const { reops, started } = operations();
  const project = await liveProject(
    t,
    {
      "a.ts": `${imports}ls("a");\nexport default ls("b");\nexport const then = ls("c");\n[ls("d")];\n`,
      "b.ts": 'import all, { then } from "./a.ts";\nthen;\n',
    },
    { reops },
  );
  await project.load("b.ts");
  await project.form("b.ts", "then;");
  await setImmediate();
  assert.equal(started(), 0);
});

test("a promise is handed back as it is, not awaited", async (t) => {
  const project = await liveProject(t, { "a.ts": "new Promise(() => {});\nPromise.reject(1);\n" });
  const { box } = await project.form("a.ts", "new Promise");
  assert.ok(box.value instanceof Promise);
  const rejected = await project.form("a.ts", "Promise.reject");
  await assert.rejects(rejected.box.value as Promise<unknown>, (reason) => reason === 1);
});

test("`await` works in every form", async (t) => {
  const project = await liveProject(t, {
    "a.ts": `const one = await Promise.resolve(1);
await Promise.resolve(2);
let three = 0;
for await (const n of [Promise.resolve(3)]) three = n;
export default await Promise.resolve(4);
export class Five { static five = 5; }
const { six = await Promise.resolve(6) } = {} as { six?: number };
`,
  });
  await project.load("a.ts");
  assert.equal((await project.form("a.ts", "await Promise.resolve(2)")).box.value, 2);
  assert.deepEqual(await project.value("a.ts", "[one, three, six]"), [1, 3, 6]);
});

test("a declaration of several names hands back all of them", async (t) => {
  const project = await liveProject(t, {
    "a.ts": "const [a, { b }] = [1, { b: 2 }], c = a + b;\n",
  });
  const { box, names } = await project.form("a.ts", "const");
  assert.deepEqual([box.value, names], [{ a: 1, b: 2, c: 3 }, ["a", "b", "c"]]);
});

test("results of evaluations that run at once never mix", async (t) => {
  const project = await liveProject(t, {
    "a.ts":
      "let calls = 0;\nconst slow = async () => { const n = ++calls; await null; return n; };\nawait slow();\n",
  });
  await project.load("a.ts");
  await project.value("a.ts", "calls = 0");
  const all = await Promise.all([1, 2, 3].map(() => project.form("a.ts", "await slow()")));
  assert.deepEqual(
    all.map(({ box }) => box.value),
    [1, 2, 3],
  );
});
