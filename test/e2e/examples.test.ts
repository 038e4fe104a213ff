// The examples, evaluated form by form with the keys in a real VS Code, on real hosts that carry the names in them.
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { build } from "../../scripts/build.ts";
import { until } from "../support/until.ts";
import { checkout } from "./harness/screenshot.ts";
import { makeOpsProject, type OpsProject } from "./support/ops-project.ts";
import { type OpsWindow, startOpsWindow } from "./support/ops-window.ts";

type Form = [at: string, expected: RegExp, key?: "Alt+Enter"];

const all = /^⇒ 3 ok · [\d.]+ m?s$/u;

const forms: Readonly<Record<string, readonly Form[]>> = {
  "a-first-minute.ts": [
    ["  listing(demo);", all],
    ["export function listing", /^⇒ function listing$/u, "Alt+Enter"],
    ["  listing(demo.first());", /^⇒ 1 ok · [\d.]+ m?s$/u],
    ['  ls(demo, "/");', all],
    ["  const later", /^⇒ not started: ls \/tmp on 3 hosts$/u],
    ["  run(later", all],
    ["  const { auth", /^⇒ \{ auth: \{ user: "re-ops", .* \}$/u],
    ["  `${auth.user}", /^⇒ "re-ops on 192\.168\.2\.28 and 192\.168\.2\.27"$/u],
  ],
  "b-pipelines.ts": [
    ['  run(ls(demo, "/", "-la"), pick', all],
    ['  run(ls(demo, "/"), ...report);', all],
    ['  run(exec(demo, "grep demo-2 hello.txt"), pretty', /^⇒ 1 ok · 2 failed · /u],
    ['  run(exec(demo, "grep demo-2 hello.txt"), pick', all],
    ["  const sizes", all],
    ["  sizes.success", /^⇒ \["demo-1: \d+ MB free", "demo-2: \d+ MB free", "demo-3: /u],
    ["  for await", all, "Alt+Enter"],
    ["  run(\n    await free(demo)", /not met/u],
    ['  run(\n    ls(demo, "/tmp")', all],
  ],
  "c-your-own-operation.ts": [
    ['  uptime(demo, "-p");', all],
    ['  run(ls(demo, "/"), pick(successful), uptime', all],
    ['  run(\n    has(demo, "it', /^⇒ not met · /u],
    ['  run(\n    has(demo, "hello', all],
  ],
  "e-fleet.ts": [
    ["  run(exec(demo.with({ concurrency: 1", all],
    ['  run(exec(demo, "true"), limit', all],
    ["  const first", /^⇒ 2 ok · 1 failed · /u],
    ["  run(first, pick(timedOut)", /^⇒ 1 ok · /u],
    ["  run(limit({ idleTimeoutMs", /^⇒ 1 failed · /u],
    ['  run(\n    exec(demo, "true")', /^⇒ not met · /u],
    ['  run(exec(demo, "exit 3")', all],
  ],
};

describe("the examples", { timeout: 600_000 }, () => {
  let project: OpsProject;
  let window: OpsWindow & { code: { stop(): Promise<void> } };

  before(async () => {
    await build(() => {});
    const names = ["demo-1", "demo-2", "demo-3"];
    project = await makeOpsProject(names, await readExamples());
    for (const [index, host] of project.hosts.entries()) {
      await writeFile(path.join(host.home, "hello.txt"), `This is ${names[index] ?? ""}.\n`);
    }
    window = await startOpsWindow({ folder: project.folder, env: project.env });
    await window.command("re-ops.runs.focus");
  });

  after(async () => {
    await window?.code.stop();
    await project?.stop();
  });

  for (const [name, some] of Object.entries(forms)) {
    it(`${name}: each form gives what it says`, async () => {
      const file = project.path(name);
      await window.open(file);
      await window.isBound(file);
      for (const [at, expected, key] of some) {
        const before = new Set((await window.seen()).inline.map(({ id }) => id));
        await window.open(file, at, { skipSpace: true });
        await window.press(key ?? "Control+Enter");
        const shown = await until(`the result of ${at}`, async () => {
          const one = (await window.seen()).inline.at(-1);
          return one === undefined || before.has(one.id) || one.tone === "pending"
            ? undefined
            : one;
        });
        assert.match(shown.text, expected, at);
        await until(`the page to show the result of ${at}`, async () =>
          (await window.drawn()).includes(shown.text),
        );
      }
    });
  }

  it("the Runs tree holds them all, newest first, with their hosts", async () => {
    const { tree } = await window.seen();
    assert.deepEqual(
      tree.slice(0, 3).map((run) => run.label),
      ["exec exit 3 → exec cat h…", "exec true → exec uptime", "exec echo begun; sleep 60"],
    );
    for (const run of tree) assert.equal(run.context, "run.ended");
  });

  it("what pretty prints is in the output, under the mark of its form", async () => {
    await window.command("re-ops.showOutput");
    const lines = window.page.locator(".part.panel .view-line");
    await until("the last summary", async () => {
      const texts = (await lines.allTextContents()).map((text) => text.replaceAll("\u00A0", " "));
      const from = texts.lastIndexOf("Running all of them again summary:");
      return from !== -1 && texts.slice(from).some((text) => text.includes("✔ demo-3"));
    });
  });

  it("hovering over an operation shows its doc", async () => {
    const file = project.path("c-your-own-operation.ts");
    const isShown = async () => {
      const texts = await window.hovers(file, 'uptime(demo, "-p")');
      return texts.some((text) => text.includes("How long each host is up."));
    };
    await until("the doc", isShown, { timeoutMs: 60_000 });
  });

  it("an operation that nothing starts has a diagnostic", async () => {
    const lines = [
      'import { Hosts, ls } from "re-ops";',
      "export function forgetful(hs: Hosts) {",
      '  ls(hs, "/");',
      "}",
      "",
    ];
    const file = await project.write("dropped.ts", lines.join("\n"));
    await window.open(file);
    const [problem] = await until("the diagnostic", async () => {
      const problems = await window.problems(file, "re-ops");
      return problems.length > 0 ? problems : undefined;
    });
    assert.equal(problem?.line, 2);
    assert.equal(problem.column, 2);
  });
});

async function readExamples(): Promise<Record<string, string>> {
  const folder = path.join(checkout, "examples");
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8")));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ""]));
}
