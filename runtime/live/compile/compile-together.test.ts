// A file that is loaded is compiled in one piece, and keeps every rule of forms that are evaluated one by one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { liveProject } from "../../../test/support/live-project.ts";
import { translateTogether } from "./compile-together.ts";
import { runJoint } from "./joint-script.ts";
import { readDocument } from "../text/document.ts";
import { LiveFile } from "../modules/live-file.ts";

const TEXT = `import { other } from "./other.ts";
const text = \`
$form(1);
\`;
interface Named { name: string }
enum Level { Low = 1 }
function shout(this: void, one: Named): string { return one.name.toUpperCase() }
if (import.meta.repl) shout({ name: "never" })
text
(function () {})()
export const level = Level.Low as number
`;

test("all forms of a file become one script, in which each is a function of its own", async () => {
  const document = readDocument("/a.ts", TEXT);
  const joint = translateTogether(new LiveFile("/a.ts"), document, document.forms);
  const origin = { url: "file:///a.ts", version: 1 };
  const { executables, bytecode } = runJoint(joint.code, joint.mappings, origin);
  const kinds = joint.forms.map((at) => document.forms[at]?.kind);
  assert.deepEqual(kinds, ["variable", "enum", "function", "expression", "variable"]);
  const again = runJoint(joint.code, joint.mappings, origin, bytecode());
  for (const [first] of [executables, again.executables]) {
    const published: object[] = [];
    await first?.({}, {}, { publish: (values: object) => published.push(values) } as never);
    assert.deepEqual(published, [{ text: "\n$form(1);\n" }]);
  }
});

test("a form that cannot be compiled fails alone, when those before it have run", async (t) => {
  const project = await liveProject(t, {
    "b.ts": 'export const one = 1;\nexport const two = eval("one");\nexport const three = 3;\n',
  });
  const result = await project.evaluate("b.ts", { whole: "file" });
  assert.ok(result.kind === "error");
  assert.equal(result.error.line, 2);
  assert.equal(await project.value("b.ts", "one"), 1);
});

test("an error in a loaded form tells the line and column of its own form", async (t) => {
  const project = await liveProject(t, {
    "a.ts": `const size: number = 1; function first(): never { throw new Error("first") }
type Unused = string;

/* ü 🚀 */ export const second = (): never => { throw new Error(\`second \${size}\`) };
`,
  });
  await project.load("a.ts");
  const place = async (call: string) => {
    const { line, column } = await project.error("a.ts", call);
    return `${line}:${column}`;
  };
  assert.deepEqual([await place("first()"), await place("second()")], ["1:57", "4:55"]);
});

test("a form of a loaded file that is evaluated again replaces its part of the piece", async (t) => {
  const project = await liveProject(t, {
    "a.ts":
      "const one = () => 1;\nconst two = () => one() * 2;\nexport const call = () => two();\n",
  });
  await project.load("a.ts");
  project.edit("a.ts", "=> 1", "=> 21");
  await project.form("a.ts", "const one");
  assert.equal(await project.value("a.ts", "call()"), 42);
});
