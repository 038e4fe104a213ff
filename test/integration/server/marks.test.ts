// Marks of forms as windows are told them, by a real server with a real live process.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { restartLive } from "re-ops/protocol";
import type { Ending } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { displayOf, evaluateIn } from "./evaluating.ts";
import { type LanguageClient, openLanguage } from "./language-client.ts";
import { makeProject } from "./project.ts";

const base = "export const a = 1;\nconst b = 2;\n";
const user = 'import { a } from "./base.ts";\nconst c = a + 1;\nconst d = () => a;\n';

async function open(t: Ending) {
  const project = await makeProject(t, { "base.ts": base, "user.ts": user });
  const connection = await project.connect();
  const uriOf = (name: string) => pathToFileURL(path.join(project.folder, name)).href;
  const openWindow = async () => {
    const language = await openLanguage(await project.connect());
    language.show(uriOf("base.ts"), base);
    language.show(uriOf("user.ts"), user);
    return language;
  };
  const evaluate = (name: string, text: string, at: string) =>
    evaluateIn(project, connection, text, at, { mode: "form", file: name });
  const shows = (window: LanguageClient, name: string, expected: string) =>
    until(`${name} to show ${expected}`, () => {
      const { marks = [] } = window.marks.get(uriOf(name)) ?? {};
      const shown = marks.map(({ line, state, older }) =>
        [line, state, ...(older ?? [])].join(" "),
      );
      if (shown.join(", ") !== expected) throw new Error(shown.join(", "));
      return true;
    });
  return { connection, openWindow, evaluate, shows, uriOf };
}

test("every window shows how forms stand, also one that comes later", async (t) => {
  const { openWindow, evaluate, shows } = await open(t);
  const first = await openWindow();
  await evaluate("base.ts", base, "export const a");
  await shows(first, "base.ts", "0 current, 1 never");
  await shows(await openWindow(), "base.ts", "0 current, 1 never");
});

test("a value that is older by an evaluation in another file", async (t) => {
  const { openWindow, evaluate, shows } = await open(t);
  const window = await openWindow();
  assert.equal((await evaluate("user.ts", user, "const c")).kind, "value");
  await shows(window, "user.ts", "0 current, 1 current, 2 never");
  await evaluate("base.ts", base.replace("= 1", "= 5"), "export const a");
  await shows(window, "user.ts", "0 current, 1 older a, 2 never");
  await shows(window, "base.ts", "0 edited, 1 current");
  await evaluate("user.ts", user, "const c");
  await shows(window, "user.ts", "0 current, 1 current, 2 never");
});

test("edits are told once typing rests, comments and spacing only when lines move; a failure until the text is another", async (t) => {
  const { openWindow, evaluate, shows, uriOf } = await open(t);
  const window = await openWindow();
  await evaluate("base.ts", base, "export const a");
  await evaluate("base.ts", base, "const b");
  await shows(window, "base.ts", "0 current, 1 current");
  const times = () => window.marks.get(uriOf("base.ts"))?.times ?? 0;
  const before = times();
  const checked = window.nextDiagnostics(uriOf("base.ts"));
  window.change(uriOf("base.ts"), base.replace("= 1;", "=  1; // one"));
  await checked; // The marks are looked at in the same turn.
  await window.hover(uriOf("base.ts"), 0, 0);
  assert.equal(times(), before);
  window.change(uriOf("base.ts"), `\n${base}`);
  await shows(window, "base.ts", "1 current, 2 current");
  const failing = base.replace("2", "missing");
  window.change(uriOf("base.ts"), failing);
  await shows(window, "base.ts", "0 current, 1 edited");
  assert.equal((await evaluate("base.ts", failing, "const b")).kind, "error");
  await shows(window, "base.ts", "0 current, 1 failed");
  window.change(uriOf("base.ts"), base);
  await shows(window, "base.ts", "0 current, 1 current");
});

test("a form whose value fails later has failed", async (t) => {
  const { openWindow, evaluate, shows, uriOf } = await open(t);
  const window = await openWindow();
  const text = "const rejected = 1;\nPromise.reject(new Error('late'));\n";
  window.change(uriOf("base.ts"), text);
  await evaluate("base.ts", text, "const rejected");
  assert.equal((await evaluate("base.ts", text, "Promise")).kind, "error");
  await shows(window, "base.ts", "0 current, 1 failed");
});

test("after a restart of the live process nothing is evaluated", async (t) => {
  const { connection, openWindow, evaluate, shows } = await open(t);
  const window = await openWindow();
  await displayOf(evaluate("base.ts", base, "export const a"));
  await shows(window, "base.ts", "0 current, 1 never");
  await connection.runtime.request(restartLive, {});
  await shows(window, "base.ts", "0 never, 1 never");
  await shows(await openWindow(), "base.ts", "0 never, 1 never");
});
