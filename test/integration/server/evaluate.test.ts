// Evaluating through the door: results, ranges, mistakes at the user's own lines, and who is told what.
import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import type { ServerConnection } from "re-ops/client";
import {
  consoleOutput,
  evaluationStarted,
  getStatus,
  notice,
  restartLive,
  runsChanged,
} from "re-ops/protocol";
import { until } from "../../support/until.ts";
import { displayOf, evaluateIn } from "./evaluating.ts";
import { makeProject } from "./project.ts";

const project = await makeProject({ after }, { "part.ts": "export const part = () => 41;\n" });
const window = await project.connect();
const other = await project.connect();

/** Everything that this window is told from now on. */
function listen({ runtime }: ServerConnection) {
  const heard: { started: string[]; printed: string[]; notices: string[] } = {
    started: [],
    printed: [],
    notices: [],
  };
  runtime.onNotification(evaluationStarted, ({ evaluationId, range }) => {
    heard.started.push(`${evaluationId} ${String(range.start)}-${String(range.end)}`);
  });
  runtime.onNotification(consoleOutput, ({ evaluationId, stream, text }) => {
    heard.printed.push(`${evaluationId ?? "-"} ${stream} ${text}`);
  });
  runtime.onNotification(notice, ({ message }) => {
    heard.notices.push(message);
  });
  return heard;
}

const heard = listen(window);
const overheard = listen(other);

test("the expression at the cursor, the form and the file are three ranges of one text", async () => {
  const text = "export const a = 20;\nexport const f = () => Math.max(a, 21);\n";
  const expression = await evaluateIn(project, window, text, "20", { file: "ranges.ts" });
  assert.equal(expression.kind, "value");
  assert.deepEqual(expression.range, { start: 0, end: 20 });
  const form = await evaluateIn(project, window, text, "max", { mode: "form", file: "ranges.ts" });
  assert.deepEqual(form.range, { start: 21, end: 60 });
  const file = await evaluateIn(project, window, text, "", { mode: "file", file: "ranges.ts" });
  assert.deepEqual(file.range, { start: 0, end: text.length });
  assert.ok(file.ms > 0);
  const use = "f(2);\n";
  assert.equal(
    await displayOf(evaluateIn(project, window, text + use, use, { file: "ranges.ts" })),
    "21",
  );
});

test("the text of the editor counts, and other files are taken from the disk", async () => {
  const text = 'import { part } from "./part.ts";\npart();\n';
  assert.equal(await displayOf(evaluateIn(project, window, text, "part()")), "41");
});

test("only who asked is told what is evaluated and what it prints, also later", async () => {
  const text = 'console.log("now");\n(setTimeout(() => console.log("later"), 20), 0);\n';
  const first = { evaluationId: "first", file: "print.ts" };
  const second = { evaluationId: "second", file: "print.ts" };
  await evaluateIn(project, window, text, "console", first);
  await evaluateIn(project, window, text, "(set", { ...second, mode: "form" });
  await until("both to be printed", () => heard.printed.length === 2);
  assert.deepEqual(heard.printed, ["first out now\n", "second out later\n"]);
  assert.ok(heard.started.includes("first 0-18"), heard.started.join());
  assert.deepEqual(overheard.printed, []);
  assert.deepEqual(overheard.started, []);
});

test("what windows evaluate at the same time never mixes", async () => {
  const meet = `globalThis.meet = ((gate) => async (value) => {
    gate.waiting += 1;
    if (gate.waiting === 10) gate.resolve();
    await gate.promise;
    return value;
  })({ waiting: 0, ...Promise.withResolvers() });
`;
  await evaluateIn(project, window, meet, "globalThis", { mode: "form" });
  const results = Array.from({ length: 10 }, (_, index) => {
    const from = index % 2 === 0 ? window : other;
    return displayOf(
      evaluateIn(project, from, `await globalThis.meet("v${String(index)}")`, "await"),
    );
  });
  assert.deepEqual(
    await Promise.all(results),
    Array.from({ length: 10 }, (_, index) => `"v${String(index)}"`),
  );
});

test("every window is told of every run", async () => {
  const seen: string[] = [];
  other.runtime.onNotification(runsChanged, ({ changes }) => {
    for (const { header } of changes) seen.push(`${header.title}: ${header.state}`);
  });
  const text = `import { exec, Hosts, run } from "re-ops";
const here = new Hosts({ transport: "local" }, ["localhost"]);
run(exec(here, "echo hi"));
`;
  const result = await evaluateIn(project, window, text, "run(");
  assert.equal(result.kind, "value");
  assert.equal(result.runs.length, 1);
  await until("the run's end", () => seen.includes("exec echo hi on 1 host: succeeded"));
});

test("mistakes are told at the user's own line and column, and cost nothing", async () => {
  const before = await window.runtime.request(getStatus, {});
  for (const [text, at, line, column, message] of [
    [
      "\n\n  thrower();\nfunction thrower() {\n    throw new RangeError('too far');\n}\n",
      "thrower",
      5,
      11,
      "too far",
    ],
    ["\nawait Promise.reject(new Error('refused'));\n", "await", 2, 22, "refused"],
    ["const x = ;\n", "const", 1, 11, ""],
    ["\n  missing.thing;\n", "missing", 2, 3, "missing is not defined"],
  ] as const) {
    const result = await evaluateIn(project, window, text, at, { mode: "form", file: "wrong.ts" });
    assert.equal(result.kind, "error", text);
    const { error } = result;
    assert.equal(error.file, path.join(project.folder, "wrong.ts"));
    assert.deepEqual([error.line, error.column], [line, column], `${text}: ${error.message}`);
    assert.ok(error.message.includes(message), error.message);
  }
  const { live } = await window.runtime.request(getStatus, {});
  assert.deepEqual(live, before.live);
});

test("a cursor where nothing is to be evaluated is told so, and nothing is started", async () => {
  const result = await evaluateIn(project, window, "\n\n1;\n", "\n", { evaluationId: "nothing" });
  assert.equal(result.kind, "error");
  assert.match(result.error.message, /nothing to evaluate/);
  assert.ok(!heard.started.some((one) => one.startsWith("nothing")));
});

test("`let` values stay until the live process is restarted, which says what was lost", async () => {
  const text = "let count = 1;\nlet name = 'x';\ncount += 1;\ncount;\n";
  const own = { file: "let.ts" };
  await evaluateIn(project, window, text, "let count", own);
  await evaluateIn(project, window, text, "let name", own);
  await evaluateIn(project, window, text, "count += 1", own);
  assert.equal(await displayOf(evaluateIn(project, window, text, "count;\n", own)), "2");
  const { lost } = await window.runtime.request(restartLive, {});
  assert.deepEqual(lost, ["let.ts: count, name"]);
  await until("the other window to be told", () =>
    overheard.notices.some((one) => one.includes("let.ts: count, name")),
  );
  assert.deepEqual(heard.notices, [], "who asked knows from the answer");
  assert.equal(await displayOf(evaluateIn(project, window, "1 + 1")), "2");
});

test("process.exit() in a form ends the live process, says what was lost, and nobody else ends", async () => {
  await evaluateIn(project, window, "let kept = 1;\n", "let", { file: "exit.ts" });
  const waiting = evaluateIn(project, other, "await new Promise(() => {});", "await", {
    evaluationId: "waits",
  });
  await until("the other's evaluation", () =>
    overheard.started.some((one) => one.startsWith("waits ")),
  );
  const result = await evaluateIn(project, window, "process.exit(3);", "process");
  assert.equal(result.kind, "interrupted");
  assert.match(result.message, /ended with exit code 3/);
  assert.match(result.message, /Lost `let` values: exit\.ts: kept\./);
  const others = await waiting;
  assert.equal(others.kind, "interrupted");
  assert.match(others.message, /ended with exit code 3/);
  const told = (one: string) => one.includes("exit.ts: kept");
  await until(
    "both windows to be told",
    () => heard.notices.some(told) && overheard.notices.some(told),
  );
  assert.equal(await displayOf(evaluateIn(project, other, "1 + 1")), "2");
  const status = await window.runtime.request(getStatus, {});
  assert.equal(status.pid, window.hello.pid);
  assert.equal(status.clients, 2);
});
