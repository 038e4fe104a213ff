// The manifest says what the code does: same commands, keys that never reach beyond Re-ops files, nothing in Restricted Mode.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { commandFacts } from "./commands.ts";
import { hoverCommands } from "./hover-text.ts";

type Manifest = {
  activationEvents: string[];
  capabilities: {
    untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] };
  };
  contributes: {
    commands: { command: string; title: string; category: string }[];
    keybindings: { command: string; key: string; when: string }[];
    menus: Record<string, { command: string; when: string }[]>;
    viewsWelcome: { when: string; contents: string }[];
    configuration: { properties: Record<string, { markdownDescription: string; scope: string }> };
    grammars: { path: string }[];
    colors: { id: string; defaults: Record<string, string> }[];
  };
};

const root = new URL("../../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as Manifest;
const { contributes } = manifest;

test("the commands are those of the table, with the same titles", () => {
  const contributed = contributes.commands.map(({ command, title }) => [command, title]);
  const expected = Object.entries(commandFacts).map(([command, { title }]) => [command, title]);
  assert.deepEqual(contributed, expected);
  assert.ok(contributes.commands.every(({ category }) => category === "Re-ops"));
});

test("keys, menus and hovers name only commands that are there", () => {
  const used = [
    ...contributes.keybindings,
    ...Object.values(contributes.menus).flat(),
    ...hoverCommands.map((command) => ({ command })),
  ];
  for (const { command } of used) assert.ok(command in commandFacts, command);
});

test("commands that need a row or a link are not in the palette", () => {
  const hidden = contributes.menus["commandPalette"]
    ?.filter(({ when }) => when === "false")
    .map(({ command }) => command);
  const expected = Object.entries(commandFacts)
    .filter(([, { inPalette }]) => !inPalette)
    .map(([command]) => command);
  assert.deepEqual(hidden, expected);
});

test("no key is bound outside TypeScript files of a Re-ops project, and each can be switched off", () => {
  for (const { command, when } of contributes.keybindings) {
    for (const part of [
      "editorTextFocus",
      "editorLangId == typescript",
      "resourcePath in re-ops.files",
      "config.re-ops.keybindings",
    ]) {
      assert.ok(when.split(" && ").includes(part), `${command} is bound without ${part}`);
    }
    assert.ok(!when.includes("||"), `${command}: an alternative could undo the rest`);
  }
});

test("Escape is left to whatever else wants it", () => {
  const escape = contributes.keybindings.find(({ key }) => key === "escape")?.when.split(" && ");
  assert.ok(escape?.includes("resourcePath in re-ops.filesWithResults"), "only with results");
  for (const other of [
    "suggestWidgetVisible",
    "inSnippetMode",
    "editorHasMultipleSelections",
    "editorHasSelection",
    "findWidgetVisible",
    "parameterHintsVisible",
    "renameInputVisible",
    "inlineSuggestionVisible",
    "editorHoverVisible",
  ]) {
    assert.ok(escape?.includes(`!${other}`), other);
  }
});

test("Restricted Mode: limited, the setting that names a program is held back, the view says so", () => {
  const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  assert.equal(supported, "limited");
  assert.deepEqual(restrictedConfigurations, ["re-ops.node"]);
  const restricted = contributes.viewsWelcome.filter(({ when }) => when === "!isWorkspaceTrusted");
  assert.equal(restricted.length, 1);
  assert.match(restricted[0]?.contents ?? "", /Restricted Mode/u);
});

test("nothing is active before a TypeScript file or a project is there", () => {
  assert.deepEqual(manifest.activationEvents, [
    "onLanguage:typescript",
    "workspaceContains:re-ops.config.json",
  ]);
});

test("every setting is described", () => {
  for (const [name, { markdownDescription }] of Object.entries(
    contributes.configuration.properties,
  )) {
    assert.ok(markdownDescription.length > 40, name);
  }
});

test("docs/vscode.md names each key with its command, and each setting", () => {
  const page = readFileSync(new URL("docs/vscode.md", root), "utf8");
  for (const { command, key } of contributes.keybindings) {
    const title = contributes.commands.find((one) => one.command === command)?.title ?? command;
    assert.match(page, new RegExp(`^\\| ${key.replaceAll("+", "\\+")} +\\| ${title} +\\|$`, "mu"));
  }
  for (const name of Object.keys(contributes.configuration.properties)) {
    assert.ok(page.includes(`\`${name}\``), name);
  }
});

test("every colour is given for dark, light and both kinds of high contrast", () => {
  for (const { id, defaults } of contributes.colors) {
    assert.deepEqual(
      Object.keys(defaults),
      ["dark", "light", "highContrast", "highContrastLight"],
      id,
    );
  }
});

test("grammars are there and their patterns can be read", () => {
  for (const { path } of contributes.grammars) {
    const grammar = JSON.parse(readFileSync(new URL(path, root), "utf8")) as {
      scopeName: string;
    };
    assert.match(grammar.scopeName, /re-ops/u);
  }
});
