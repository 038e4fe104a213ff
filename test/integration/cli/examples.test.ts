// The examples do what they say: each as a program, and form by form on the demo fleet, as a newcomer evaluates them.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type DemoFleet, startDemoFleet } from "../../../scripts/demo-fleet/fleet.ts";
import { createEngine } from "../../../runtime/engine/engine.ts";
import { readDocument } from "../../../runtime/live/text/document.ts";
import { createEvaluator } from "../../../runtime/live/evaluator.ts";
import { Session } from "../../../runtime/live/session.ts";
import { ambientEvaluation } from "../../../runtime/port.ts";
import { identifyThisProcess, isAlive } from "../../../runtime/project/process-identity.ts";
import { commandLine } from "../../support/cli.ts";
import { type Ending, lastFirst, temporaryFolder } from "../../support/temporary.ts";

const EXAMPLES = fileURLToPath(new URL("../../../examples", import.meta.url));
const OK = "\n  ✔ demo-1\n  ✔ demo-2\n  ✔ demo-3\n\n";

let fleet: DemoFleet;

before(async () => {
  fleet = await startDemoFleet();
});

after(() => fleet.stop());

/** Evaluates the forms of a file's `import.meta.repl` block one by one; what each shows. */
async function evaluateBlock(
  test: Ending,
  name: string,
): Promise<{ shown: string[]; printed: string }> {
  const t = lastFirst(test);
  const file = path.join(EXAMPLES, name);
  const text = await readFile(file, "utf8");
  const home = await temporaryFolder(t);
  const engine = createEngine({
    stateFolder: path.join(home, "state"),
    environment: {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      RE_OPS_SSH_CONFIG: fleet.configFile,
    },
    owner: identifyThisProcess(),
    isAlive,
    onProblem: assert.fail,
  });
  t.after(() => engine.dispose());
  let printed = "";
  const write = (_stream: string, written: string) => void (printed += written);
  const evaluator = createEvaluator({
    projectFolder: EXAMPLES,
    reopsExports: () => import("../../../runtime/public.ts"),
    onConsole: (_id, stream, written) => write(stream, written),
    evaluationIdOf: () => ambientEvaluation()?.id,
  });
  t.after(() => evaluator.dispose());
  const tools = { evaluator, port: engine.openPort().port, console: { write } };
  const shown: string[] = [];
  const block = readDocument(file, text).forms.find((form) => form.kind === "repl");
  for (const { start, end } of block?.inner ?? []) {
    const request = { evaluationId: randomUUID(), file, text, start, end };
    const result = await new Session(request, tools).evaluate();
    assert.ok(result.kind === "value", `${text.slice(start, end)}: ${JSON.stringify(result)}`);
    shown.push(result.display);
  }
  return { shown, printed };
}

test("A, form by form", async (t) => {
  const { shown, printed } = await evaluateBlock(t, "a-first-minute.ts");
  assert.deepEqual(shown, [
    "3 ok",
    "1 ok",
    "3 ok",
    "not started: ls /tmp on 3 hosts",
    "3 ok",
    shown[5],
    '"re-ops on 192.168.2.28 and 192.168.2.27"',
  ]);
  assert.ok(printed.startsWith(`\nRun summary:\n${OK}`), printed);
  assert.ok(printed.endsWith(`\nRunning later summary:\n${OK}`), printed);
});

test("B, form by form", async (t) => {
  const { shown, printed } = await evaluateBlock(t, "b-pipelines.ts");
  assert.deepEqual(shown, [
    "3 ok",
    "3 ok",
    "1 ok · 2 failed",
    "2 ok",
    "3 ok",
    shown[5],
    shown[6],
    "not met",
    "3 ok",
  ]);
  assert.match(
    shown[5] ?? "",
    /^\["demo-1: \d+ MB free", "demo-2: \d+ MB free", "demo-3: \d+ MB free"\]$/,
  );
  assert.match(
    printed,
    /Running who is demo-2 summary:\n\n {2}✔ demo-2\n {2}x demo-1 - .*\n {2}x demo-3/,
  );
  assert.match(printed, /Running others summary:\n\n {2}✔ demo-1\n {2}✔ demo-3\n\n/);
  assert.equal([...printed.matchAll(/^demo-\d (success|exited)$/gmu)].length, 3);
  assert.doesNotMatch(printed, /disk is full/);
  assert.ok(printed.includes("[ 'demo-1', 'demo-2', 'demo-3' ]"), printed);
});

test("C, form by form", async (t) => {
  const { shown, printed } = await evaluateBlock(t, "c-your-own-operation.ts");
  assert.deepEqual(shown, ["3 ok", "3 ok", "not met", "3 ok"]);
  assert.ok(printed.includes(`Running up summary:\n${OK}`), printed);
});

test("E, form by form", async (t) => {
  const { shown, printed } = await evaluateBlock(t, "e-fleet.ts");
  assert.deepEqual(shown, [
    "3 ok",
    "3 ok",
    "2 ok · 1 failed",
    "1 ok",
    "1 failed",
    "not met",
    "3 ok",
  ]);
  assert.match(
    printed,
    /Running slow summary:\n\n {2}✔ demo-1\n {2}✔ demo-3\n {2}x demo-2 - timed out after 2 s .*\n/,
  );
  assert.ok(printed.includes("Running the slow one summary:\n\n  ✔ demo-2\n\n"), printed);
  assert.match(printed, /x demo-1 - timed out after 2 s without output while running /);
  assert.doesNotMatch(printed, /those that were down/);
  assert.ok(printed.endsWith(`\nRunning all of them again summary:\n${OK}`), printed);
});

test("F, form by form", async (t) => {
  const { shown, printed } = await evaluateBlock(t, "f-files.ts");
  assert.deepEqual(shown, ["3 ok", "3 ok", "3 ok"]);
  assert.ok(printed.includes(`Running copied summary:\n${OK}`), printed);
});

for (const [name, title] of [
  ["a-first-minute.ts", "Run summary:"],
  ["b-pipelines.ts", "Running report summary:"],
  ["c-your-own-operation.ts", "Running up summary:"],
  ["d-change-it-while-it-runs.ts", "Running listing summary:"],
  ["f-files.ts", "Running copied summary:"],
  ["e-fleet.ts", "Running hello summary:"],
] as const) {
  test(`${name} runs as a program`, async (t) => {
    const shell = await commandLine(t, { RE_OPS_SSH_CONFIG: fleet.configFile });
    const { code, out, err } = await shell.reOps("run", path.join(EXAMPLES, name));
    assert.deepEqual({ code, out, err }, { code: 0, out: `\n${title}\n${OK}`, err: "" });
  });
}
