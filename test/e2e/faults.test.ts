// What can go wrong, as a person meets it in VS Code: each with its place, its reason, and what next.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { build } from "../../scripts/build.ts";
import { until, type UntilOptions } from "../support/until.ts";
import { makeOpsProject, type OpsProject } from "./support/ops-project.ts";
import { type OpsWindow, startOpsWindow } from "./support/ops-window.ts";

const text = `import { exec, Hosts, run } from "re-ops";

let count = 1;

const some = new Hosts({}, ["web-1", "no-such-host"], { connectTimeoutMs: 50_000 });

if (import.meta.repl) {
  count += 1;
  run(exec(some, "cat ~/marker"));
  run(exec(some.first(), "head -c 3000000 /dev/zero | tr '\\\\0' x"));
  process.exit(3);
}
`;

const broken = `export const whole = 1;

export const half = (1 + ;
`;

describe("faults", { timeout: 400_000 }, () => {
  let project: OpsProject;
  let window: OpsWindow & { code: { stop(): Promise<void> } };
  let file: string;

  before(async () => {
    await build(() => {});
    project = await makeOpsProject(["web-1"], {
      "a.ts": text,
      "broken.ts": broken,
      "re-ops.config.json": "{}",
      ".vscode/settings.json": '{ "re-ops.node": "/no/such/node" }',
    });
    file = project.path("a.ts");
    window = await startOpsWindow({
      folder: project.folder,
      env: project.env,
    });
  });

  after(async () => {
    await window?.code.stop();
    await project?.stop();
  });

  const evaluate = async (at: string, expected: RegExp, options?: UntilOptions) => {
    await window.open(file, at);
    await window.press("Control+Enter");
    return window.inline(expected, options);
  };

  it("no server: says once why, where the person looks, and goes on by itself when it is mended", async () => {
    await window.open(file, "count += 1");
    await until("the keys to be bound", async () => (await window.seen()).files.includes(file));
    await evaluate("count += 1", /^✗ nothing was evaluated: .*\/no\/such\/node/u);
    await until("the message", async () =>
      (await window.notifications()).some((one) => /no server for .*\/no\/such\/node/u.test(one)),
    );
    await window.evaluate(async (vscode) => {
      const { Workspace } = vscode.ConfigurationTarget;
      await vscode.workspace.getConfiguration("re-ops").update("node", "", Workspace);
    });
    await window.isBound(file);
    await evaluate("count += 1", /^⇒ 2$/u);
  });

  it("a host that is not known spoils nothing for the others", async () => {
    // A DNS server that drops what it is sent is asked for each name several times, 5 s each.
    const patience = { timeoutMs: 60_000 };
    await evaluate('run(exec(some, "cat', /^⇒ 1 ok · 1 failed · /u, patience);
    const hover = await window.hover(file, 'cat ~/marker"));');
    // Where no DNS server can be reached, nobody can say that there is no such name.
    assert.match(hover, /unknown host name|the host name cannot be looked up now/u);
    assert.match(hover, /Next: (?:correct the name|is the DNS server reachable)/u);
    const { tree } = await window.seen();
    assert.deepEqual(
      tree[0]?.children.map(({ label, look }) => [label, look.words]),
      [
        ["no-such-host", "unreachable"],
        ["web-1", "ok"],
      ],
    );
  });

  it("output beyond the limit is cut, and both the result and the document say so", async () => {
    await evaluate("run(exec(some.first()", /^⇒ 1 ok · .* · 1\.\d MB cut$/u);
    await window.command("re-ops.showRuns");
    const rows = window.page.locator(".pane-body .monaco-list-row");
    await rows.filter({ hasText: "exec head" }).click();
    await rows.filter({ hasText: "web-1" }).first().click();
    await until("the document", async () => {
      const shown = await window.evaluate((vscode) =>
        vscode.window.activeTextEditor?.document.getText().slice(-400),
      );
      return (
        shown !== undefined && /── left out above: \d\.\d MB ──\n── as it came: file:/u.test(shown)
      );
    });
  });

  it("a form that does not parse is marked where it breaks", async () => {
    const other = project.path("broken.ts");
    await window.open(other, "export const half");
    await window.isBound(other);
    await window.press("Alt+Enter");
    await window.inline(/^✗ SyntaxError: /u);
    const [problem] = await window.problems(other, "re-ops");
    assert.equal(problem?.line, 2);
  });

  it("process.exit() ends the live process only, and names what went with it", async () => {
    const server = project.serverPid();
    await evaluate("process.exit", /^⇒ interrupted · .*exit code 3.*a\.ts: count/u);
    assert.equal(project.serverPid(), server);
    await evaluate("count += 1", /^⇒ 2$/u);
  });
});
