// Questions in a real VS Code: host keys of a run in one list, a passphrase that nobody sees, and answers kept only when asked to.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { stopServer } from "re-ops/client";
import { build } from "../../scripts/build.ts";
import { themes } from "./support/themes.ts";
import { until } from "../support/until.ts";
import { makeOpsProject, type OpsProject } from "./support/ops-project.ts";
import { type OpsWindow, startOpsWindow } from "./support/ops-window.ts";

const SECRET = "correct horse battery";
const text = `import { exec, Hosts, run } from "re-ops";

const fleet = new Hosts({}, ["web-1", "web-2", "db-1"]);

if (import.meta.repl) {
  run(exec(fleet, "cat marker"));
}
`;

describe("questions", { timeout: 300_000 }, () => {
  let project: OpsProject;
  let window: OpsWindow & { code: { stop(): Promise<void> } };
  let file: string;

  before(async () => {
    await build(() => {});
    const files = { "fleet.ts": text, "re-ops.config.json": "{}\n" };
    const options = { passphrase: SECRET, areKnown: false };
    project = await makeOpsProject(["web-1", "web-2", "db-1"], files, options);
    file = project.path("fleet.ts");
    window = await startOpsWindow({
      folder: project.folder,
      env: project.env,
      viewport: { width: 1100, height: 620 },
    });
    await window.open(file);
    await window.isBound(file);
  });

  after(async () => {
    await window?.code.stop();
    await project?.stop();
  });

  const question = () => window.page.locator(".quick-input-widget:visible");
  const rows = () => question().locator(".monaco-list-row");

  const checked = () => rows().locator("input:checked, [aria-checked=true]");

  const asked = (title: string) => question().filter({ hasText: title });

  const untilAsked = (title: string) => asked(title).waitFor();

  const evaluate = async () => {
    await window.open(file, "run(exec");
    await window.isBound(file);
    await window.press("Control+Enter");
  };

  const inEveryTheme = async (name: string) => {
    for (const [suffix, theme] of themes) {
      await window.evaluate(async (vscode, label) => {
        const { Global } = vscode.ConfigurationTarget;
        await vscode.workspace.getConfiguration("workbench").update("colorTheme", label, Global);
      }, theme);
      await until("the theme to be there", () => window.page.evaluate(isCalm));
      await window.screenshot(`${name}-${suffix}`);
    }
  };

  it("lists unknown host keys of a run, none of them picked; those that are not picked are refused", async () => {
    await evaluate();
    await untilAsked("Trust 3 unknown host keys?");
    await rows().nth(2).waitFor(); // the rows come after their title
    assert.equal(await rows().count(), 3);
    assert.equal(await checked().count(), 0);
    assert.match(
      await rows().first().innerText(),
      /^db-1 \(root@127\.0\.1\.3:\d+\)\s*ssh-ed25519/u,
    );
    assert.match(await rows().first().innerText(), /SHA256:\S{43}/u);
    await inEveryTheme("host-keys");
    await rows().filter({ hasText: "web-1" }).click();
    await rows().filter({ hasText: "web-2" }).click();
    await window.press("Enter");
    await untilAsked("Passphrase of");
  });

  it("asks for the passphrase once for all hosts, says when it was wrong, and shows it nowhere", async () => {
    assert.equal(await question().locator("input[type=password]").count(), 1);
    await inEveryTheme("passphrase");
    await window.page.keyboard.type("not it");
    await window.press("Enter");
    await untilAsked("That was wrong. To log in to web-");
    await window.screenshot("passphrase-wrong");
    await window.page.keyboard.type(SECRET);
    await window.press("Enter");
    await window.inline(/^⇒ 2 ok · 1 failed/u);
    assert.doesNotMatch(await window.page.locator("body").innerText(), /correct horse|not it/u);
  });

  it("Escape trusts nobody, and the words say what to do", async () => {
    await evaluate();
    await untilAsked("Trust 1 unknown host key?");
    await window.press("Escape");
    await window.inline(/^⇒ 2 ok · 1 failed/u);
    const failed = (await window.seen()).tree.map((row) => JSON.stringify(row)).join("\n");
    assert.match(failed, /was not trusted/u);
  });

  it("keeps an answer only when the button was pressed, gives it unasked the next time, and forgets it when told to", async () => {
    const restart = async () => {
      const { signal } = new AbortController();
      const ended = project.serverPid();
      await stopServer(project.folder, project.env, signal);
      await until("the next server", async () => {
        const [connection] = (await window.seen()).connections;
        const state = connection?.state;
        return state?.kind === "ready" && state.status && state.status.pid !== ended;
      });
    };
    const strange = "Trust 1 unknown host key?";
    const trustNone = async () => {
      await untilAsked(strange);
      await window.press("Escape");
      await asked(strange).waitFor({ state: "hidden" });
    };
    /** Gives the passphrase so, and trusts nobody: which of both is asked first depends on who logs in first. */
    const answer = async (givePassphrase: () => Promise<void>) => {
      const secret = "Passphrase of";
      await asked(secret).or(asked(strange)).waitFor();
      const strangerFirst = await asked(strange).isVisible();
      if (strangerFirst) await trustNone();
      await untilAsked(secret);
      await givePassphrase();
      if (!strangerFirst) await trustNone();
    };
    await restart();
    await evaluate();
    await answer(async () => {
      await question().getByRole("button", { name: "Keep in VS Code" }).click();
      await untilAsked("It will be kept");
      await window.screenshot("passphrase-kept");
      await question().locator("input").first().focus();
      await window.page.keyboard.type(SECRET);
      await window.press("Enter");
    });
    await window.inline(/^⇒ 2 ok · 1 failed/u);
    await restart();
    await evaluate();
    await trustNone();
    await window.inline(/^⇒ 2 ok · 1 failed/u);
    void window.command("re-ops.forgetAnswers");
    await untilAsked("Forget Kept Answers");
    await checked().first().waitFor(); // the rows come after their title
    await window.press("Enter");
    await question().waitFor({ state: "hidden" });
    await restart();
    await evaluate();
    await answer(() => window.press("Escape"));
    await window.inline(/3 failed/u);
  });
});

function isCalm(): boolean {
  return document.getAnimations().every((one) => {
    return one.effect?.getComputedTiming().endTime === Infinity || one.playState !== "running";
  });
}
