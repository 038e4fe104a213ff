// Pictures of what a person sees, in every kind of theme; docs/screenshots/README.md says what was looked at in each.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { build } from "../../scripts/build.ts";
import { themes } from "./support/themes.ts";
import { until } from "../support/until.ts";
import { makeOpsProject, type OpsProject } from "./support/ops-project.ts";
import { type OpsWindow, startOpsWindow } from "./support/ops-window.ts";

const names = ["web-1", "web-2", "web-3", "db-1"];

const text = `import { Hosts, exec, limit, ls, operation, pick, pretty, run, sh, successful } from "re-ops";

const fleet = new Hosts({}, ["web-1", "web-2", "web-3", "db-1"]);

export const diskFree = operation("disk free", (mount = "/") => sh\`df -h --output=avail \${mount} | tail -n 1\`, {
  doc: "How much room is left on each host.",
});

export function listing(hs: Hosts) {
  return run(ls(hs, "/", "-la"), pick(successful), pretty("listing"));
}

if (import.meta.repl) {
  listing(fleet);
  diskFree(fleet);
  run(exec(fleet, "grep web role.txt"), pretty("web servers"));
  run(limit({ concurrency: 1 }, exec(fleet, "until test -e go; do sleep 0.1; done")), pretty());
  fleet.hosts.length * 2;
  fleet.first().nam.toUpperCase();
  const later = ls(fleet, "/var/log");
}
`;

const errors = `import { query } from "database";
import { Hosts } from "re-ops";

const fleet = new Map([["web-1", "10.0.0.7"], ["db-1", "10.0.0.9"]]);

const backup = await Promise.resolve("/var/backups");

function openTable(name: string) {
  try {
    return query(name);
  } catch (cause) {
    throw new Error("cannot open table " + name, { cause });
  }
}

if (import.meta.repl) {
  for (const name of fleet.keys()) console.log(name);
  openTable("hosts");
  backup.length;
  opneTable("users");
}
`;

const database = `const read = (depth, name) => {
  if (depth > 0) return read(depth - 1, name);
  throw new TypeError("the file of " + name + " is empty");
};
export const query = (name) => read(3, name);
`;

const limitsText = `export const disk = { warn: 80, full: 95 };
export const mount = "/srv";

export function isFull(percent: number) {
  return percent >= disk.full;
}

export const checked = [mount, "/home"];
`;

const marksText = `import { disk, isFull, mount } from "./limits.ts";

// Evaluated as it is written, then \`disk\` was evaluated again in limits.ts.
const range = disk.full - disk.warn;

// Reads \`disk\` when it runs: always the one that was evaluated last.
export function describe(percent: number) {
  return percent > disk.warn ? "look" : "fine";
}

// Edited since.
export const mounts = [mount, "/home"];

// Failed.
const size = mounts.lenght.toFixed();

const later = () => isFull(99);

if (import.meta.repl) {
  describe(90);
  later();
}
`;

describe("screenshots", { timeout: 600_000 }, () => {
  let project: OpsProject;
  let window: OpsWindow & { code: { stop(): Promise<void> } };
  let file: string;

  before(async () => {
    await build(() => {});
    project = await makeOpsProject(names, {
      "fleet.ts": text,
      "errors.ts": errors,
      "limits.ts": limitsText,
      "marks.ts": marksText,
      "re-ops.config.json": "{}\n",
    });
    for (const [index, { home }] of project.hosts.entries()) {
      const role = names[index]?.startsWith("web") === true ? "web server" : "database";
      await writeFile(path.join(home, "role.txt"), `${role}\n`);
    }
    file = project.path("fleet.ts");
    window = await startOpsWindow({
      folder: project.folder,
      env: project.env,
      viewport: { width: 1360, height: 820 },
    });
    await window.command("re-ops.runs.focus");
    await window.open(file);
    await window.isBound(file);
    await until("the types to be there", async () =>
      existsSync(project.path("node_modules/re-ops/package.json")),
    );
    await window.command("typescript.restartTsServer");
    const findsTypes = async () => {
      const hovers = await window.hovers(file, "Hosts");
      return hovers.some((text) => text.includes("class Hosts"));
    };
    await until("TypeScript to find the types", findsTypes, { timeoutMs: 60_000 });
    await writePackage(project.path("node_modules/database"));
  });

  after(async () => {
    await window?.code.stop();
    await project?.stop();
  });

  const evaluate = async (at: string, expected: RegExp) => {
    await window.open(file, at);
    await window.press("Control+Enter");
    await window.inline(expected);
  };

  const evaluateForm = async (name: string, at: string, expected: RegExp) => {
    await window.open(project.path(name), at);
    await window.isBound(project.path(name));
    await window.command("re-ops.evaluateForm");
    await window.inline(expected);
  };

  const useTheme = async (theme: string) => {
    await window.evaluate(async (vscode, name) => {
      const { Global } = vscode.ConfigurationTarget;
      await vscode.workspace.getConfiguration("workbench").update("colorTheme", name, Global);
    }, theme);
  };

  const pointAtResult = async (code: string) => {
    const line = window.page.locator(".view-line", { hasText: code });
    const box = await line.locator("span > span").last().boundingBox();
    if (box === null) throw new Error("the line is being drawn");
    await window.page.mouse.move(5, 5);
    await window.page.mouse.move(box.x + box.width - 20, box.y + box.height / 2, { steps: 5 });
  };

  const picture = async (name: string) => {
    let last = "";
    const isCalm = async () => {
      const before = last;
      last = await window.page.evaluate(readMoving);
      return last === before;
    };
    await until("all that fades and slides to be over", isCalm, { everyMs: 250 });
    await window.screenshot(name);
  };

  it("results of every kind beside the code, in every theme", async () => {
    await evaluate("listing(fleet);\n  diskFree", /^⇒ 4 ok/u);
    await evaluate("diskFree(fleet);", /^⇒ 4 ok/u);
    await evaluate('run(exec(fleet, "grep', /^⇒ 3 ok · 1 failed/u);
    await evaluate("fleet.hosts.length", /^⇒ 8$/u);
    await evaluate("fleet.first()", /^✗ TypeError/u);
    await evaluate("const later", /^⇒ not started/u);
    await evaluate("run(limit(", /^… 0\/4$/u);
    const rows = window.page.locator(".pane-body .monaco-list-row");
    await rows.filter({ hasText: "0/4" }).waitFor();
    const { tree } = await window.seen();
    for (const run of tree.slice(0, 2)) {
      await window.command("re-ops.showRuns", run.id.replace("run/", ""));
    }
    const hosts = rows.filter({ hasText: /(?:web|db)-\d/u });
    await until("the hosts of both", async () => (await hosts.count()) === 8);
    await window.open(file, "  const later");
    for (const [name, theme] of themes) {
      await useTheme(theme);
      await until("all results in the page", async () => (await window.drawn()).length === 7);
      await picture(`results-${name}`);
    }
  });

  it("the mouse over an inline result shows who failed, and why", async () => {
    for (const [name, theme] of themes.slice(0, 2)) {
      await useTheme(theme);
      const hover = window.page.locator(".monaco-hover:visible", { hasText: "exited with code 1" });
      await until("the hover", async () => {
        await pointAtResult("grep web");
        await hover.waitFor({ timeout: 2000 });
        return true;
      });
      await picture(`hover-${name}`);
      await window.page.mouse.move(5, 5, { steps: 5 });
      await hover.waitFor({ state: "hidden" });
    }
  });

  it("the output of a host, and what pretty has printed", async () => {
    for (const { home } of project.hosts) await writeFile(path.join(home, "go"), "");
    await window.inline(/^⇒ 4 ok/u);
    const rows = window.page.locator(".pane-body .monaco-list-row");
    await rows.filter({ hasText: "db-1" }).last().click();
    await window.page.locator(".view-line", { hasText: "exited with 1" }).first().waitFor();
    await window.command("re-ops.showOutput");
    await window.page.locator(".part.panel .view-line", { hasText: "summary" }).first().waitFor();
    for (const [name, theme] of themes.slice(0, 2)) {
      await useTheme(theme);
      await picture(`output-${name}`);
    }
  });

  it("errors with their stacks and causes, and what a form has printed, in every theme", async () => {
    await window.command("workbench.action.closePanel");
    const failing = project.path("errors.ts");
    const press = async (at: string, expected: RegExp, key = "Control+Enter") => {
      await window.open(failing, at);
      await window.isBound(failing);
      await window.press(key);
      await window.inline(expected);
    };
    await press("for (const name", /printed: web-1 \+1 line$/u, "Alt+Enter");
    await press('openTable("hosts")', /^✗ cannot open table hosts$/u);
    await press("backup.length", /`backup` has not been evaluated yet/u);
    await press('opneTable("users")', /did you mean openTable\?$/u);
    await window.open(failing, "if (import");
    for (const [name, theme] of themes) {
      await useTheme(theme);
      for (const [what, code, words] of [
        ["error", "openTable", "caused by"],
        ["printed", "for (const name", "Printed"],
      ] as const) {
        const hover = window.page.locator(".monaco-hover:visible", { hasText: words });
        await until("the hover", async () => {
          await pointAtResult(what === "error" ? `  ${code}("hosts")` : code);
          await hover.waitFor({ timeout: 2000 });
          return true;
        });
        await picture(`${what}-${name}`);
        await window.page.mouse.move(5, 5, { steps: 5 });
        await hover.waitFor({ state: "hidden" });
      }
    }
  });

  it("how each form stands, in the gutter", async () => {
    const marked = project.path("marks.ts");
    await window.command("workbench.action.closePanel");
    await evaluateForm("marks.ts", "const range", /^⇒ 15/u);
    await evaluateForm("marks.ts", "export function", /^⇒/u);
    await evaluateForm("marks.ts", "export const mounts", /^⇒/u);
    await evaluateForm("marks.ts", "const size", /^✗ TypeError/u);
    await evaluateForm("marks.ts", "describe(90)", /^⇒ "look"/u);
    await window.type(marked, '"/home"', '"/var", ');
    await evaluateForm("limits.ts", "export const disk", /^⇒/u);
    await window.command("re-ops.clearResults");
    await window.open(marked, "const later");
    await window.command("re-ops.clearResults");
    const all = { 1: "current", 4: "older", 7: "current", 12: "edited", 15: "failed" };
    const more = { 17: "never", 20: "current", 21: "never" };
    await until("all marks", async () => {
      assert.deepEqual(await window.gutter(), { ...all, ...more });
      return true;
    });
    for (const [name, theme] of themes) {
      await useTheme(theme);
      await picture(`marks-${name}`);
    }
    const line = window.page.locator(".view-line", { hasText: "const range" });
    const hover = window.page.locator(".monaco-hover:visible", { hasText: "Holds an older" });
    for (const [name, theme] of themes.slice(0, 2)) {
      await useTheme(theme);
      await until("the hover", async () => {
        await window.page.mouse.move(5, 5);
        await line.hover({ position: { x: 20, y: 8 } });
        await hover.waitFor({ timeout: 2000 });
        return true;
      });
      await picture(`marks-hover-${name}`);
      await window.page.mouse.move(5, 5, { steps: 5 });
      await hover.waitFor({ state: "hidden" });
    }
  });
});

async function writePackage(folder: string): Promise<void> {
  const types = "./index.d.ts";
  const exports = { types, default: "./index.mjs" };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ name: "database", exports }));
  await writeFile(path.join(folder, types), "export function query(name: string): string[];\n");
  await writeFile(path.join(folder, "index.mjs"), database);
}

// Spinners go on for ever; a theme fades in, a hover too.
function readMoving(): string {
  const animations = document.getAnimations().filter((one) => {
    return one.effect?.getComputedTiming().endTime !== Infinity && one.playState === "running";
  });
  const colours = [".part.statusbar", ".part.sidebar", ".part.editor"].map((part) => {
    const element = document.querySelector(part);
    return element === null ? "" : getComputedStyle(element).backgroundColor;
  });
  return JSON.stringify([animations.map((one) => one.currentTime), colours]);
}
