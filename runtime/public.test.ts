// The vocabulary: exactly the everyday words, and every example in its documentation is real code.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const WORDS =
  "Hosts sh secret sudo operation run limit pick successful failed unreachable timedOut ofKind convert pretty tap exec ls mkdir rm cp grep scpInto scpFrom ping";
const LIVE_WORDS = "go once refresh refreshAll reset stop";
const folder = path.dirname(fileURLToPath(import.meta.url));

test("re-ops exports the everyday words and no others", async () => {
  for (const file of ["re-ops", "./public.ts"]) {
    const exported = Object.keys((await import(file)) as object);
    assert.deepEqual(exported.sort(), WORDS.split(" ").sort(), file);
  }
});

test("re-ops/live exports the workflow and nothing else", async () => {
  for (const file of ["re-ops/live", "./workflow.ts"]) {
    const exported = Object.keys((await import(file)) as object);
    assert.deepEqual(exported.sort(), LIVE_WORDS.split(" "), file);
  }
});

test("everything that a user calls has an example, and every example compiles", () => {
  const examples = globSync("describe/**/*.ts", { cwd: folder }).flatMap((file) =>
    examplesIn(readFileSync(path.join(folder, file), "utf8")).map((code) => ({ file, code })),
  );
  for (const word of `${WORDS} ${LIVE_WORDS}`.split(" ")) {
    assert.ok(
      examples.some(({ code }) => new RegExp(String.raw`\b${word}\b`, "u").test(code)),
      `no example shows ${word}`,
    );
  }
  assert.deepEqual(mistakesIn(asModule(examples.map(({ code }) => code))), []);
});

function examplesIn(text: string): string[] {
  const found = text.matchAll(/@example\n((?: +\*(?!\/).*\n)+)/gu);
  return [...found].map(([, block = ""]) => block.replaceAll(/^ +\* ?/gmu, "").trim());
}

function asModule(examples: readonly string[]): string {
  const names = WORDS.split(" ");
  const functions = examples.map(
    (code, index) => `export async function example${String(index)}() {\n${code}\n}`,
  );
  return [
    `import { ${names.join(", ")} } from "./public.ts";`,
    `import { ${LIVE_WORDS.replaceAll(" ", ", ")} } from "./workflow.ts";`,
    "declare const hosts: Hosts;",
    `void [${names.filter((name) => name !== "Hosts").join(", ")}];`,
    ...functions,
  ].join("\n");
}

function mistakesIn(text: string): string[] {
  const file = path.join(folder, "examples-of-the-documentation.ts");
  const { config } = ts.readConfigFile(path.join(folder, "../tsconfig.json"), (name) =>
    readFileSync(name, "utf8"),
  ) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, folder);
  const relaxed = { ...options, noUnusedLocals: false, noUnusedParameters: false };
  const host = ts.createCompilerHost(relaxed);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? text : readFile(name));
  host.getSourceFile = (name, language, ...others) =>
    name === file
      ? ts.createSourceFile(name, text, language)
      : getSourceFile(name, language, ...others);
  const program = ts.createProgram([file], relaxed, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map((one) => ts.flattenDiagnosticMessageText(one.messageText, "\n"));
}
