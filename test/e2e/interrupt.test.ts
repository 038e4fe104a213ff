// Every way of interrupting in VS Code, by real keys and clicks: what was asked for stops, everything else goes on.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Locator } from "playwright-core";
import { build } from "../../scripts/build.ts";
import { until } from "../support/until.ts";
import { makeOpsProject, type OpsProject } from "./support/ops-project.ts";
import { type OpsWindow, startOpsWindow } from "./support/ops-window.ts";

const text = `import { exec, Hosts, run } from "re-ops";

let turns = 0;

const hs = new Hosts({}, ["web-1"]);

if (import.meta.repl) {
  while (true) turns += 1;
  turns > 0;
  await new Promise((resolve) => (globalThis.finish = resolve));
  globalThis.finish("went on");
  run(exec(hs, "sleep 300"));
  await new Promise(() => {});
}

declare global {
  var finish: (value: unknown) => void;
}
`;

describe("interrupt", { timeout: 400_000 }, () => {
  let project: OpsProject;
  let window: OpsWindow & { code: { stop(): Promise<void> } };
  let file: string;

  before(async () => {
    await build(() => {});
    project = await makeOpsProject(["web-1"], { "a.ts": text, "re-ops.config.json": "{}" });
    file = project.path("a.ts");
    window = await startOpsWindow({ folder: project.folder, env: project.env });
    await window.open(file, "turns");
    await window.isBound(file);
  });

  after(async () => {
    await window?.code.stop();
    await project?.stop();
  });

  const begin = async (at: string, expected: RegExp) => {
    await window.open(file, at);
    await window.press("Control+Enter");
    await window.inline(expected);
  };

  /** Clicks on what `open` shows; a page that draws anew may swallow a hover or a click. */
  const clickOnce = async (target: Locator, open: () => Promise<void>) => {
    await until("it to be shown", async () => {
      await open();
      return target.waitFor({ timeout: 2000 }).then(
        () => true,
        () => false, // looked for again
      );
    });
    await target.click();
  };

  it("by key: a loop is broken off, and the values of the file are still there", async () => {
    const server = project.serverPid();
    await begin("let turns", /^⇒ 0/u);
    await begin("while (true)", /^…$/u);
    const status = window.page.locator(".statusbar-item", { hasText: "Re-ops" });
    await status.filter({ hasText: "Re-ops: 1 evaluating" }).waitFor();
    await window.press("Control+Alt+R");
    await window.press("i");
    await window.inline(/^⇒ interrupted/u);
    await status.filter({ hasNotText: "evaluating" }).waitFor();
    await begin("turns > 0", /^⇒ true/u);
    assert.equal(project.serverPid(), server);
  });

  it("from the hover of the inline text: that evaluation alone, another one of the file goes on", async () => {
    await begin("await new Promise((resolve)", /^…$/u);
    await begin("await new Promise(() => {})", /^…$/u);
    const promise = window.page
      .locator(".view-line", { hasText: "new Promise(() =>" })
      .locator("span", { hasText: /^Promise$/u })
      .first();
    const link = window.page.locator(".monaco-hover a", { hasText: "Interrupt" });
    await clickOnce(link, async () => {
      await window.page.mouse.move(0, 0);
      await promise.hover();
    });
    await window.inline(/^⇒ interrupted/u);
    await window.open(file, "globalThis.finish(");
    await window.press("Control+Enter");
    await until("the other one to go on", async () => {
      const { inline } = await window.seen();
      return inline.some((one) => one.text.includes('"went on"'));
    });
  });

  it("from the status item: what is under way is offered by its own words, and stops on its host", async () => {
    await begin('run(exec(hs, "sleep 300', /^… 0\/1$/u);
    const status = window.page.locator(".statusbar-item", { hasText: "Re-ops:" });
    const offers = window.page.locator(".quick-input-list .monaco-list-row");
    await clickOnce(offers.filter({ hasText: "Interrupt run(exec" }), async () => {
      await window.page.keyboard.press("Escape");
      await status.click();
    });
    await window.inline(/^⇒ (interrupted|1 cancelled)/u);
    await until("its host to be told of", async () => {
      const [run] = (await window.seen()).tree;
      return run?.children.some(
        ({ label, look }) => label === "web-1" && look.words === "cancelled",
      );
    });
  });
});
