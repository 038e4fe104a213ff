// What language features say about a text: hovers of operations, and operations that are dropped.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "re-ops/syntax";
import type { Diagnostic } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { droppedOperations } from "./dropped-operation.ts";
import { hoverAt } from "./hover.ts";
import { quickFixesFor } from "./quick-fixes.ts";

function documentOf(text: string): TextDocument {
  return TextDocument.create("file:///p/a.ts", "typescript", 1, text);
}

function sourceOf(document: TextDocument) {
  return readDocument("/p/a.ts", document.getText());
}

/** The text in which `^` stands before the name hovered. */
function hoverText(marked: string): string | undefined {
  const document = documentOf(marked.replace("^", ""));
  const hover = hoverAt(document, sourceOf(document), marked.indexOf("^"));
  if (hover === null) return undefined;
  const { contents, range } = hover;
  assert.ok(typeof contents === "object" && "value" in contents);
  return `${document.getText(range)}: ${contents.value}`;
}

test("hover tells the doc of an operation where it is used", () => {
  const builtIn = hoverText('import { ls as list } from "re-ops";\n^list(hs, "/");');
  assert.match(builtIn ?? "", /^list: \*\*ls\*\* · operation\n\nLists a folder\.\n\n/);
  const own = hoverText(
    'import { operation, sh } from "re-ops";\n' +
      'export const uptime = operation("uptime", () => sh`uptime`, { doc: "How long it is up." });\n' +
      "export function all(hs) { return run(up^time(hs)); }",
  );
  assert.match(own ?? "", /^uptime: \*\*uptime\*\* · operation\n\nHow long it is up\.\n\n/);
  const member = hoverText('import * as r from "re-ops";\nr.^ls(hs, "/");');
  assert.match(member ?? "", /^r\.ls: \*\*ls\*\*/);
});

test("hover stays silent about what is no operation of re-ops", () => {
  const silent = [
    'import { ls } from "other";\n^ls(hs);',
    "^ls(hs);",
    'import { run } from "re-ops";\n^run(1);',
    'import { ls } from "re-ops";\nfunction f(ls) { ^ls(hs); }',
    'import { ls } from "re-ops";\nthing.^ls(hs);',
    'import { ls } from "re-ops";\n"^ls";',
    "^",
  ];
  for (const text of silent) assert.equal(hoverText(text), undefined, text);
});

function dropped(body: string): string[] {
  const head =
    'import { ls, operation, run, sh } from "re-ops";\nimport * as reops from "re-ops";\n';
  const document = documentOf(`${head}${body}`);
  return droppedOperations(document, sourceOf(document)).map(({ range }) =>
    document.getText(range),
  );
}

test("an operation on hosts that nobody starts is marked", () => {
  for (const [text, ...calls] of [
    ['function f(hs) { ls(hs, "/"); }', 'ls(hs, "/")'],
    ["const f = async (hs) => { ls(hs); await ls(hs); };", "ls(hs)"],
    ["class C { m() { ls(this.hosts); } }", "ls(this.hosts)"],
    ["function f() { ls(new Hosts({}, [])); }", "ls(new Hosts({}, []))"],
    ["for (const hs of all) { ls(hs); }", "ls(hs)"],
    ["if (import.meta.repl) { all.forEach((hs) => { ls(hs); }); }", "ls(hs)"],
    ["if (import.meta.repl) { if (hot) { ls(hs); } }", "ls(hs)"],
    ["function f(hs) { reops.ls(hs); }", "reops.ls(hs)"],
    [
      'const up = operation("up", () => sh`up`);\nfunction f(hs) { up(hs); ls(hs); }',
      "up(hs)",
      "ls(hs)",
    ],
  ]) {
    assert.deepEqual(dropped(text ?? ""), calls, text);
  }
});

test("an operation that is started, kept, returned or evaluated is not", () => {
  for (const text of [
    'ls(hs, "/");',
    'if (import.meta.repl) { ls(hs, "/"); }',
    "function f(hs) { return ls(hs); }",
    "const f = (hs) => ls(hs);",
    "async function f(hs) { await ls(hs); }",
    "function f(hs) { run(ls(hs)); const x = ls(hs); void x; }",
    'function f(hs) { run(ls(hs), ls("/")); }',
    'function f() { ls("/"); ls(`/`); ls(); }',
    "function f(ls, hs) { ls(hs); }",
    "function f(hs) { const ls = other; ls(hs); }",
    "function f(hs) { other(hs); }",
  ]) {
    assert.deepEqual(dropped(text), [], text);
  }
});

test("a text that cannot be parsed has neither", () => {
  assert.deepEqual(dropped("function f(hs) { ls(hs;"), []);
  assert.equal(hoverText('import { ls } from "re-ops";\n^ls(hs;'), undefined);
});

test("a name whose declaration was not evaluated is offered to be, at the line where that stands now", () => {
  const text = 'import { far } from "./far.ts";\n\nconst web = make();\nuse(web, far);\n';
  const document = documentOf(text);
  const at = (name: string, code: string): Diagnostic => {
    const start = text.lastIndexOf(name);
    const range = {
      start: document.positionAt(start),
      end: document.positionAt(start + name.length),
    };
    return { range, message: "", code, codeDescription: { href: "file:///p/far.ts#L7" } };
  };
  const offered = (diagnostic: Diagnostic) =>
    quickFixesFor(document, sourceOf(document), diagnostic).map(({ title, command }) => [
      title,
      command?.command,
      ...((command?.arguments ?? []) as unknown[]),
    ]);
  const needs = ["Evaluate all that this form needs", "re-ops.evaluateNeeds", "/p/a.ts", 4];
  assert.deepEqual(offered(at("web", "not-evaluated")), [
    ["Evaluate line 3 of a.ts first", "re-ops.evaluateLine", "/p/a.ts", 3],
    needs,
  ]);
  assert.deepEqual(offered(at("far", "not-evaluated")), [
    ["Evaluate line 7 of far.ts first", "re-ops.evaluateLine", "/p/far.ts", 7],
    needs,
  ]);
  assert.deepEqual(offered(at("web", "something-else")), []);
});

/** The text after the quick fix for the word `at`, which is the local name of `from`. */
function changed(text: string, at: string, [from, to]: [string, string], code = "unknown-name") {
  const document = documentOf(text);
  const start = document.positionAt(text.lastIndexOf(at));
  const href = new URL(`file:///p/a.ts#${from},${to}`).href;
  const fixes = quickFixesFor(document, sourceOf(document), {
    // In a file that was not open when it failed, the end of the word is not known.
    range: { start, end: { ...start, character: start.character + 1 } },
    message: "",
    source: "re-ops",
    code,
    codeDescription: { href },
  });
  return fixes.map(({ title, edit }) => [
    title,
    TextDocument.applyEdits(document, edit?.changes?.[document.uri] ?? []),
  ]);
}

test("a name that was meant otherwise is offered to be changed, where it stands or is imported", () => {
  const sandbox: [string, string] = ["sandbx", "sandbox"];
  const grab: [string, string] = ["grab", "grap"];
  assert.deepEqual(changed("listing(sandbx);\n", "sandbx", sandbox), [
    ["Change to `sandbox`", "listing(sandbox);\n"],
  ]);
  assert.deepEqual(changed("häus(1);\n", "häus", ["häus", "haus"]), [
    ["Change to `haus`", "haus(1);\n"],
  ]);
  assert.deepEqual(changed('import { grab } from "./b.ts";\ngrab + 1;\n', "grab", grab), [
    ["Change to `grap`", 'import { grap as grab } from "./b.ts";\ngrab + 1;\n'],
  ]);
  assert.deepEqual(changed('import { grab as g } from "./b.ts";\n1 + g;\n', "g;", grab), [
    ["Change to `grap`", 'import { grap as g } from "./b.ts";\n1 + g;\n'],
  ]);
});

test("nothing is changed where something else stands by now, or where the name comes from further away", () => {
  const grab: [string, string] = ["grab", "grap"];
  assert.deepEqual(changed("listing(sandbox);\n", "sandbox", ["sandbx", "sandbox"]), []);
  assert.deepEqual(changed('import { mine } from "./b.ts";\n1 + mine;\n', "mine", grab), []);
  assert.deepEqual(changed("grab;\n", "grab", grab, "something-else"), []);
});
