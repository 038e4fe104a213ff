// The rules about who may import whom must catch what they are there for: one planted offence for each, and nothing else.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../test/support/temporary.ts";
import { layerRules } from "./layers.ts";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

// Which rule each planted file breaks.
const offences: Readonly<Record<string, readonly [rule: string, text: string]>> = {
  "runtime/describe/a.ts": ["describe-imports-describe-and-port", 'import "../engine/fine.ts";'],
  "runtime/describe/b.ts": ["describe-does-nothing", 'import "node:fs";'],
  "runtime/port.ts": ["port-imports-types-of-describe", 'import "./describe/fine.ts";'],
  "runtime/live/a.ts": ["live-imports-describe-port-and-protocol", 'import "../engine/fine.ts";'],
  "runtime/live/text/a.ts": ["live-text-stands-alone", 'import "../fine.ts";'],
  "runtime/engine/a.ts": ["engine-never-imports-live", 'import "../live/fine.ts";'],
  "runtime/engine/type.ts": [
    "engine-never-imports-live",
    'import type { Fine } from "../live/fine.ts";\nexport type A = Fine;',
  ],
  "runtime/protocol/a.ts": ["protocol-imports-nothing-of-ours", 'import "../describe/fine.ts";'],
  "runtime/protocol/b.ts": ["protocol-needs-no-node", 'import "node:path";'],
  "runtime/cli/a.ts": ["runtime-knows-no-editor", 'import "../../language-server/fine.ts";'],
  "language-server/a.ts": [
    "vscode-only-in-extension",
    'import type { Uri } from "vscode";\nexport type A = Uri;',
  ],
  "extension/core/a.ts": [
    "core-thinks-without-vscode",
    'import type { Uri } from "vscode";\nexport type A = Uri;',
  ],
  "extension/core/b.ts": ["core-thinks-without-vscode", 'import "../fine.ts";'],
  "extension/a.ts": ["extension-uses-doors-only", 'import "../runtime/engine/fine.ts";'],
  "language-server/b.ts": ["language-server-uses-doors-only", 'import "../runtime/live/fine.ts";'],
  "runtime/client/a.ts": ["ssh2-only-in-its-transport", 'import "ssh2";'],
  "runtime/engine/transports/ssh/ssh2/a.ts": [
    "ssh-transports-stand-alone",
    'import "../openssh/fine.ts";',
  ],
  "runtime/engine/waiting/a.ts": [
    "engine-waiting-uses-what-is-below",
    'import "../questions/fine.ts";',
  ],
  "runtime/engine/questions/a.ts": [
    "engine-questions-uses-what-is-below",
    'import "../trust/fine.ts";',
  ],
  "runtime/engine/trust/a.ts": [
    "engine-trust-uses-what-is-below",
    'import "../transports/fine.ts";',
  ],
  "runtime/engine/transports/a.ts": [
    "engine-transports-uses-what-is-below",
    'import "../shell/fine.ts";',
  ],
  "runtime/engine/shell/a.ts": [
    "engine-shell-uses-what-is-below",
    'import "../connections/fine.ts";',
  ],
  "runtime/engine/connections/a.ts": [
    "engine-connections-uses-what-is-below",
    'import "../secrets/fine.ts";',
  ],
  "runtime/engine/secrets/a.ts": ["engine-secrets-uses-what-is-below", 'import "../runs/fine.ts";'],
  "language-server/c.ts": ["no-typescript-at-run-time", 'import "typescript";'],
  "runtime/live/b.ts": ["esbuild-only-for-decorators", 'import "esbuild";'],
  "runtime/cli/b.ts": ["nobody-imports-tests", 'import "../../test/fine.ts";'],
  "scripts/one.ts": ["no-cycles", 'import "./two.ts";'],
  "scripts/lost.ts": ["everything-resolves", 'import "./nowhere.ts";'],
};

const allowed: Readonly<Record<string, string>> = {
  "runtime/describe/fine.ts": 'import type { B } from "../port.ts";\nexport type A = B;',
  "runtime/live/compile/decorators.ts": 'import "esbuild";',
  "runtime/live/text/fine.ts": 'import "./finer.ts";',
  "runtime/live/text/finer.ts": "export {};",
  "runtime/live/mistakes/fine.ts": 'import "../text/fine.ts";',
  "runtime/live/fine.ts":
    'import "../describe/fine.ts";\nimport "../protocol/fine.ts";\nexport type Fine = 1;',
  "runtime/engine/fine.ts": 'import "../protocol/fine.ts";\nimport "node:fs";',
  "runtime/engine/transports/fine.ts": 'import "ssh2";\nimport "../trust/fine.ts";',
  "runtime/engine/questions/fine.ts": "export {};",
  "runtime/engine/trust/fine.ts": 'import "../questions/fine.ts";',
  "runtime/engine/shell/fine.ts": 'import "../transports/fine.ts";',
  "runtime/engine/connections/fine.ts": 'import "../shell/fine.ts";',
  "runtime/engine/secrets/fine.ts": 'import "../connections/fine.ts";',
  "runtime/engine/runs/fine.ts": 'import "../secrets/fine.ts";',
  "runtime/engine/transports/ssh/openssh/fine.ts": 'import "./even-finer.ts";',
  "runtime/engine/transports/ssh/openssh/even-finer.ts": "export {};",
  "runtime/protocol/fine.ts": "export {};",
  "language-server/fine.ts": 'import "../runtime/protocol/index.ts";',
  "runtime/protocol/index.ts": 'import "./fine.ts";',
  "extension/fine.ts":
    'import type { Uri } from "vscode";\nimport "./core/fine.ts";\nexport type A = Uri;',
  "extension/core/fine.ts": "export {};",
  "extension/core/fine.test.ts": 'import "../../test/fine.ts";\nimport "./fine.ts";',
  "scripts/two.ts": 'import "./one.ts";', // the other half of a cycle that is named once
  "test/fine.ts": 'import "../runtime/engine/fine.ts";',
};

test("every rule catches its planted offence, and nothing else is caught", async (t) => {
  const folder = await temporaryFolder(t);
  const texts = Object.entries(offences).map(([file, [, text]]) => [file, text] as const);
  for (const [file, text] of [...texts, ...Object.entries(allowed)]) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), `// Planted.\n${text}\n`);
  }
  await copyFile(path.join(root, "tsconfig.json"), path.join(folder, "tsconfig.json"));
  await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  const found = await findViolations(folder);
  const expected = Object.entries(offences).map(([file, [rule]]) => `${file} ${rule}`);
  assert.deepEqual(found.sort(), expected.sort());
});

test("every rule has a planted offence and a comment that says what to do", () => {
  const planted = new Set(Object.values(offences).map(([rule]) => rule));
  assert.deepEqual(layerRules.map((rule) => rule.name).sort(), [...planted].sort());
  for (const { name, comment } of layerRules) assert.ok(comment.length > 60, name);
});

type Report = { summary: { violations: { from: string; rule: { name: string } }[] } };

function findViolations(folder: string): Promise<string[]> {
  const program = path.join(root, "node_modules/.bin/depcruise");
  const folders = ["runtime", "language-server", "extension", "scripts", "test"];
  return new Promise((resolve, reject) => {
    execFile(
      program,
      ["--config", path.join(root, ".dependency-cruiser.mjs"), "--output-type", "json", ...folders],
      { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => {
        // It exits with the number of violations.
        if (out === "") return reject(new Error(err, { cause: error }));
        const report = JSON.parse(out) as Report;
        resolve(report.summary.violations.map(({ from, rule }) => `${from} ${rule.name}`));
      },
    );
  });
}
