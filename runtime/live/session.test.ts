// What evaluating a form does with its value, its runs and its mistakes, and that an interrupt settles it.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  answered,
  exitedWith,
  scriptedEvaluation,
  type Answer,
  type ScriptedEvaluation,
} from "../../test/support/scripted-port.ts";
import { temporaryFolder, type Ending } from "../../test/support/temporary.ts";
import { ambientEvaluation } from "../port.ts";
import { createEvaluator } from "./evaluator.ts";
import { Session, type SessionResult } from "./session.ts";

const HEAD = `import { Hosts, ls, exec, run, pick, pretty, tap, successful } from "re-ops";
const hs = new Hosts({}, ["a", "b", "c"]);
`;

type Lab = ScriptedEvaluation & {
  readonly folder: string;
  /** Evaluates text as if it stood alone below the imports and hosts. */
  open(text: string): Session;
  evaluate(text: string): Promise<SessionResult>;
};

async function lab(t: Ending, answer?: Answer): Promise<Lab> {
  const folder = await temporaryFolder(t);
  const scripted = scriptedEvaluation(answer);
  const evaluator = createEvaluator({
    projectFolder: folder,
    reopsExports: () => import("../public.ts"),
    onConsole: (_id, stream, text) => ambientEvaluation()?.console.write(stream, text),
    evaluationIdOf: () => ambientEvaluation()?.id,
  });
  t.after(() => {
    evaluator.dispose();
  });
  const { port, console } = scripted;
  const file = path.join(folder, "a.ts");
  const open = (text: string) => {
    const whole = HEAD + text;
    const evaluationId = `evaluation of ${text}`;
    const range = { start: HEAD.length, end: whole.length };
    return new Session({ evaluationId, file, text: whole, ...range }, { evaluator, port, console });
  };
  return { ...scripted, folder, open, evaluate: (text) => open(text).evaluate() };
}

async function valueOf(lab: Lab, text: string): Promise<Extract<SessionResult, { kind: "value" }>> {
  const result = await lab.evaluate(text);
  assert.ok(result.kind === "value", inspect(result));
  return result;
}

async function errorOf(lab: Lab, text: string) {
  const result = await lab.evaluate(text);
  assert.ok(result.kind === "error", inspect(result));
  return result.error;
}

test("an expression that is an operation runs, anew each time, at its own place", async (t) => {
  const project = await lab(t);
  for (const _ of [1, 2]) {
    const { display, runs } = await valueOf(project, "\n  ls(hs, '/');");
    assert.equal(display, "3 ok");
    assert.equal(runs.length, 1);
  }
  assert.equal(project.runs.length, 2);
  const { title, place, evaluationId } = project.runs[0] ?? {};
  assert.equal(title, "ls / on 3 hosts");
  assert.equal(evaluationId, "evaluation of \n  ls(hs, '/');");
  assert.equal(place?.line, 4);
  assert.equal(place?.column, 3);
});

const described: readonly [string, string, RegExp][] = [
  ["const x = ls(hs, '/');", "not started: ls / on 3 hosts", /is not started: .* run\(x\)/],
  ["let y; y = exec(hs, 'up')", "not started: exec up on 3 hosts", /run\(y\)/],
  ["export default ls(hs, '/');", "not started: ls / on 3 hosts", /is not started/],
  ["[ls(hs, '/'), ls(hs, '/tmp')]", "[not started: ls / on 3 hosts", /2 operations inside/],
  [
    "({ listing: ls(hs, '/') })",
    "{ listing: not started: ls /",
    /ls \/ on 3 hosts, inside it, is not/,
  ],
];

for (const [text, display, note] of described) {
  test(`it is only described: ${text}`, async (t) => {
    const project = await lab(t);
    const result = await valueOf(project, text);
    assert.ok(result.display.startsWith(display), result.display);
    assert.match(result.note ?? "", note);
    assert.deepEqual(project.runs, []);
  });
}

test("of several forms each that is an operation runs, one after the other", async (t) => {
  const project = await lab(t);
  await valueOf(project, "ls(hs, '/');\nexec(hs, 'uptime');");
  assert.deepEqual(
    project.runs.map((run) => run.title),
    ["ls / on 3 hosts", "exec uptime on 3 hosts"],
  );
});

test("a run is awaited for its outcome, a promise for its value", async (t) => {
  const project = await lab(t, (host, step) =>
    host === "b" ? exitedWith(host, 2, step) : answered(host),
  );
  assert.equal(
    (await valueOf(project, "run(ls(hs, '/'), pretty('x'))")).display,
    "2 ok · 1 failed",
  );
  assert.match(project.printed(), /Running x summary/);
  assert.equal((await valueOf(project, "Promise.resolve([1])")).display, "[1]");
  assert.equal((await valueOf(project, "const r = run(ls(hs, '/'))")).display, "2 ok · 1 failed");
  assert.equal((await valueOf(project, "(async () => run(ls(hs, '/')))()")).runs.length, 1);
});

test("runs that nobody awaited hold the evaluation, and are its result when it has no other", async (t) => {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const project = await lab(t, async (host) => {
    begun.resolve();
    await held.promise;
    return answered(host);
  });
  let isOver = false;
  const result = valueOf(project, "void run(ls(hs, '/'));").then((value) => {
    isOver = true;
    return value;
  });
  await begun.promise;
  assert.equal(isOver, false);
  held.resolve();
  const { display, runs } = await result;
  assert.equal(display, "");
  assert.equal(runs.length, 1);
});

test("a stranger's thenable is awaited where it stands alone, and left alone where it is kept", async (t) => {
  const project = await lab(t);
  const thenable = "{ started: 0, then(f) { this.started++; f(7); } }";
  assert.equal((await valueOf(project, `(${thenable})`)).display, "7");
  assert.equal(
    (await valueOf(project, `const kept = ${thenable}`)).display.slice(0, 14),
    "{ started: 0, ",
  );
  assert.equal(
    (await valueOf(project, "({ get then() { throw new Error('no'); } })")).display,
    "{ then: [getter] }",
  );
});

test("a mistake in a run that nobody awaits is the evaluation's error, once", async (t) => {
  const project = await lab(t);
  const error = await errorOf(project, "void run(ls(hs, '/'),\n  () => 7);");
  assert.match(error.message, /stage 1 gave a number/);
  assert.match(error.next ?? "", /return an outcome/);
  assert.equal(error.line, 4);
  assert.equal(project.printed(), "");
});

test("of two such mistakes the second is printed, and one that user code caught is no error", async (t) => {
  const project = await lab(t);
  await errorOf(
    project,
    "[7, 8].forEach((n) => void run(ls(hs, '/'), () => JSON.parse('{' + n)));",
  );
  assert.match(project.printed(), /SyntaxError: .*'?8|SyntaxError/);
  const caught = "run(ls(hs, '/'), () => 7).then(undefined, () => 'caught')";
  assert.equal((await valueOf(project, caught)).display, '"caught"');
});

test("what a run that started after the form had settled breaks on is printed", async (t) => {
  const project = await lab(t);
  const printed = Promise.withResolvers<void>();
  const session = project.open("void setImmediate(() => void run(ls(hs, '/'), () => 7));");
  Object.assign(project.console, {
    write: (_stream: string, text: string) => {
      assert.match(text, /stage 1 gave a number .*\n +at .*a\.ts:3/);
      printed.resolve();
    },
  });
  const result = await session.evaluate();
  assert.deepEqual(result.runs, []);
  await printed.promise;
});

test("a rejection that user code left is the evaluation's error while it runs", async (t) => {
  const project = await lab(t);
  const session = project.open("new Promise(setImmediate).then(() => 'done')");
  const result = session.evaluate();
  session.hear(new RangeError("left alone"));
  const ended = await result;
  assert.ok(ended.kind === "error");
  assert.equal(ended.error.message, "left alone");
});

test("a rejected value and a thrown error are told at the user's line", async (t) => {
  const project = await lab(t);
  assert.equal((await errorOf(project, "\n\nPromise.reject(new TypeError('no'))")).line, 5);
  assert.equal(
    (await errorOf(project, "const f = () => {\n  throw new TypeError('no');\n};\nf()")).line,
    4,
  );
  assert.equal((await errorOf(project, "new Hosts('a')")).next, 'write new Hosts({}, ["alias"])');
  assert.equal(
    (await errorOf(project, "Promise.reject(undefined)")).message,
    "undefined was thrown",
  );
});

test("an interrupt settles a form that never ends, and cancels its runs", async (t) => {
  const begun = Promise.withResolvers<void>();
  const project = await lab(t, () => {
    begun.resolve();
    return new Promise(() => {});
  });
  const session = project.open("await run(ls(hs, '/'));");
  const result = session.evaluate();
  await begun.promise;
  session.interrupt();
  assert.equal((await result).kind, "interrupted");
  assert.deepEqual(project.cancels, [[project.runs[0]?.id, "interrupted"]]);
  const forever = project.open("new Promise(() => {})");
  const never = forever.evaluate();
  forever.interrupt();
  assert.equal((await never).kind, "interrupted");
});

test("the same form twice at once: both run, nothing mixes", async (t) => {
  const project = await lab(t);
  const text = "await run(ls(hs, '/'), tap(() => console.log('here')));";
  const [one, other] = await Promise.all([project.evaluate(text), project.evaluate(text)]);
  assert.equal(one?.runs.length, 1);
  assert.equal(other?.runs.length, 1);
  assert.notEqual(one?.runs[0], other?.runs[0]);
  assert.equal(project.printed(), "here\nhere\n");
});

test("a declaration shows its value, an import and a type their names", async (t) => {
  const project = await lab(t);
  assert.equal((await valueOf(project, "const five = 5;")).display, "5");
  assert.equal((await valueOf(project, "function f() {}")).display, "function f");
  assert.equal(
    (await valueOf(project, "import path, { join } from 'node:path';")).display,
    "path, join",
  );
  assert.match((await valueOf(project, "type A = string;")).note ?? "", /only types/);
  assert.equal((await valueOf(project, "undefined")).display, "undefined");
});

test("a file that exports `then` is shown, not awaited", async (t) => {
  const project = await lab(t);
  const hijacker = "export const a = 1;\nexport function then() { throw new Error('hijacked'); }\n";
  await writeFile(path.join(project.folder, "hijacker.ts"), hijacker);
  await valueOf(project, "import * as file from './hijacker.ts';");
  const text = "import * as file from './hijacker.ts';\nfile;";
  assert.equal((await valueOf(project, text)).display, "{ a: 1, then: function then }");
});
