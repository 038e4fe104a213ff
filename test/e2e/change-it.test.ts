// Part D in a real VS Code, on real hosts: a new body is used by what runs already, a broken file is shown in place, connections stay.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { build } from "../../scripts/build.ts";
import { until } from "../support/until.ts";
import { checkout } from "./harness/screenshot.ts";
import { makeOpsProject, type OpsProject } from "./support/ops-project.ts";
import { type OpsWindow, startOpsWindow } from "./support/ops-window.ts";

/** By an import of Re-ops a file is known as one of its project. */
const used = 'import { once } from "re-ops/live";\n';
const NAME = "d-change-it-while-it-runs.ts";

describe("change it while it runs", { timeout: 600_000 }, () => {
  let project: OpsProject;
  let window: OpsWindow & { code: { stop(): Promise<void> } };
  let file: string;
  let text: string;

  before(async () => {
    await build(() => {});
    text = await readFile(path.join(checkout, "examples", NAME), "utf8");
    project = await makeOpsProject(["demo-1", "demo-2", "demo-3"], { [NAME]: text });
    file = project.path(NAME);
    window = await startOpsWindow({ folder: project.folder, env: project.env });
    await window.open(file);
    await window.isBound(file);
  });

  after(async () => {
    await window?.code.stop();
    await project?.stop();
  });

  /** Evaluates with the cursor in front of `at`, and waits for what it shows. */
  async function press(at: string, expected: RegExp, key = "Control+Enter"): Promise<void> {
    const before = new Set((await window.seen()).inline.map(({ id }) => id));
    await window.open(file, at, { skipSpace: true });
    await window.press(key);
    const shown = await until(`the result of ${at}`, async () => {
      const one = (await window.seen()).inline.at(-1);
      return one === undefined || before.has(one.id) || one.tone === "pending" ? undefined : one;
    });
    assert.match(shown.text, expected, at);
  }

  const titles = async () => (await window.seen()).tree.map(({ label }) => label);
  const connections = async () => {
    const [one] = (await window.seen()).connections;
    const state = one?.state as { status?: { connections: number } } | undefined;
    return state?.status?.connections;
  };

  it("a timer uses the new body of `listing`, over the connections that are there", async () => {
    await window.command("re-ops.loadFile");
    await window.inline(/^⇒ loaded/u);
    await press("  listing(demo);", /^⇒ 3 ok/u);
    await press("  const timer", /^⇒ /u, "Alt+Enter");
    await press("  import.meta.dispose", /^⇒ /u, "Alt+Enter");
    await until("the timer to list", async () => (await titles()).length >= 3);
    assert.equal(await connections(), 3);
    await window.type(file, '"), pick(successful)', "tmp");
    await press("export function listing", /^⇒ function listing$/u, "Alt+Enter");
    await until("the timer to use it", async () =>
      (await titles()).some((title) => title.includes("/tmp")),
    );
    assert.equal(await connections(), 3);
    assert.equal(project.opened(), 3, "no connection was opened for it");
  });

  it("a broken file is shown in place and changes nothing; mended, it is taken", async () => {
    const helper = await project.write("helper.ts", `${used}export const word = 1;\n`);
    await window.open(helper);
    await window.isBound(helper);
    await window.command("re-ops.loadFile");
    await window.inline(/^⇒ loaded · once, word/u);
    await writeFile(helper, `${used}export const word = 2;\nconst broken = ;\n`);
    await window.command("re-ops.refresh");
    const problem = await until("the diagnostic", async () => {
      const [one] = await window.problems(helper, "re-ops");
      return one;
    });
    assert.equal(problem.line, 2);
    assert.match(problem.message, /Nothing was evaluated and nothing has changed/u);
    await writeFile(helper, `${used}export const word = 2;\n`);
    await window.command("re-ops.refresh");
    await until(
      "no diagnostic",
      async () => (await window.problems(helper, "re-ops")).length === 0,
    );
    const told = (await window.notifications()).join("\n");
    assert.match(told, /helper\.ts, line 3: SyntaxError/u);
    assert.match(told, /Evaluated anew: helper\.ts\./u);
  });

  it("stop, go and reset from the file: each says what is true afterwards", async () => {
    await press("  await refresh", /^⇒ \{ evaluated: /u);
    await press("  await stop", /^⇒ \{ stopped: \["live process", "connections", "journal"\]/u);
    await until("the connections to be closed", async () => (await connections()) === 0);
    const runs = (await titles()).length;
    await press("  await go", /started: \["journal", "connections", "live process"\]/u);
    await press("  [calls", /^⇒ \[true, true\]$/u);
    assert.equal((await titles()).length, runs, "the timer has ended");
    await press(
      "  await reset",
      /^⇒ reset: journal, connections, live process · `let` values gone: .*calls/u,
    );
    await press("  calls;", /^⇒ 0$/u);
    await press("  listing(demo);", /^⇒ 3 ok/u);
  });
});
