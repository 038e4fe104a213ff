// Our reading of references is checked against TypeScript's own checker, on the files of real packages: none missed, none wrong.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { readDocument } from "../../runtime/live/text/document.ts";
import { readTogether } from "../../runtime/live/text/read-together.ts";
import type { Reading } from "../../runtime/live/text/reading.ts";
import { hasModuleSyntax } from "../../runtime/live/text/syntax.ts";
import { type CheckedUse, checkReferences } from "../support/checker-references.ts";

const root = path.join(import.meta.dirname, "../../node_modules");
const LEAST_FILES = 200;
const MOST_FILES_OF_A_PACKAGE = 60;
const MOST_CHARACTERS = 60_000;

test("every use of a top-level name is found, and nothing else, on files of real packages", (t) => {
  const texts = readTexts();
  const checked = checkReferences(texts);
  const differences: string[] = [];
  let references = 0;
  for (const [file, text] of texts) {
    const uses = checked.get(file) ?? [];
    references += uses.length;
    differences.push(...compare(file, text, uses), ...compareTogether(file, text));
  }
  t.diagnostic(`${texts.size} files, ${references} references compared`);
  assert.ok(texts.size >= LEAST_FILES, `only ${texts.size} files were found`);
  assert.ok(references > 5000, `only ${references} references were compared`);
  assert.deepEqual(differences, []);
});

function compare(file: string, text: string, uses: readonly CheckedUse[]): string[] {
  const ours = new Map(ourUses(file, text));
  const theirs = new Map(uses.map((use) => [use.start, use]));
  const say = (what: string, name: string, start: number) =>
    `${file}:${text.slice(0, start).split("\n").length}: ${what} ${name}`;
  const missed = uses.filter(({ start, isInOwnClass }) => !isInOwnClass && !ours.has(start));
  const wrong = [...ours].filter(([start]) => !theirs.has(start));
  return [
    ...missed.map(({ name, start }) => say("missed", name, start)),
    ...wrong.map(([start, name]) => say("wrong", name, start)),
  ];
}

/** Forms that are analysed all at once read what each reads alone. */
function compareTogether(file: string, text: string): string[] {
  const alone = readDocument(file, text).forms.filter(({ parts }) => parts.length === 1);
  const together = readDocument(file, text).forms.filter(({ parts }) => parts.length === 1);
  readTogether(together);
  return alone.flatMap(({ reading, start }, index) => {
    const other = together[index]?.reading;
    return describeReading(reading) === (other && describeReading(other))
      ? []
      : [`${file}:${text.slice(0, start).split("\n").length}: read otherwise together`];
  });
}

function describeReading({ free, locals, names }: Reading): string {
  const uses = free.map(({ name, node }) => `${node.start} ${name}`).sort();
  const owned = locals.map(({ name, start, owner }) => `${start} ${name} ${owner.start}`).sort();
  return JSON.stringify([uses, owned, [...names].sort()]);
}

function ourUses(file: string, text: string): [number, string][] {
  const document = readDocument(file, text);
  assert.deepEqual(document.broken, [], file);
  // A list of exports is read as such, by name; nothing in it is rewritten.
  const forms = document.forms.filter(({ kind }) => kind !== "export");
  return forms.flatMap(({ reading }) =>
    reading.free
      .filter(({ name }) => document.declaring(name, false) !== undefined)
      .map(({ node, name }): [number, string] => [node.start, name]),
  );
}

/** The same files wherever the lockfile was installed: sources in TypeScript, and modules in JavaScript. */
function readTexts(): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const counts = new Map<string, number>();
  const files = globSync("**/*.{ts,mts,js,mjs}", { cwd: root }).sort();
  for (const file of files) {
    const name = file.split(path.sep, file.startsWith("@") ? 2 : 1).join("/");
    const count = counts.get(name) ?? 0;
    if (/\.d\.m?ts$|\.min\.|^re-ops|^@re-ops/.test(file) || count >= MOST_FILES_OF_A_PACKAGE)
      continue;
    const text = readFileSync(path.join(root, file), "utf8");
    if (text.length > MOST_CHARACTERS || !hasModuleSyntax(file, text)) continue;
    // The checker takes `const a = require("a").b` out of its block, as JavaScript does not.
    if (/\.m?js$/.test(file) && /\brequire\(/.test(text)) continue;
    counts.set(name, count + 1);
    texts.set(`/${file}`, text);
  }
  return texts;
}
