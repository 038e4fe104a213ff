// The first command of the README, as a newcomer meets it: a clone in an empty folder, `npm start`, the printed address opened.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { type Page, chromium } from "playwright-core";
import { findProgram } from "../../scripts/system-packages.ts";
import { processesWith } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { checkout } from "./harness/screenshot.ts";

const minutesMs = 60_000;

test("npm start in a fresh clone: the first example evaluates, Ctrl+C leaves nothing behind", async (t) => {
  const folder = await temporaryFolder(t);
  const state = path.join(folder, "state");
  await copyCheckout(path.join(folder, "clone"));
  const started = startAsNewcomer(path.join(folder, "clone"), state);
  try {
    const findAddress = () => /http:\/\/\S+(?=\s)/u.exec(started.output())?.[0];
    const patience = { timeoutMs: 5 * minutesMs, everyMs: 200 };
    const address = await until("the address", findAddress, patience);
    const page = await openPage(t, address);
    await evaluateFirstExample(page);
    await page.context().close();
  } finally {
    await started.interrupt();
  }
  const config = /ssh -F (\S+)/u.exec(started.output())?.[1] ?? "not printed";
  assert.ok(path.isAbsolute(config));
  assert.equal(existsSync(config), false);
  await until("every process to end", async () => {
    return (await processesWith(`XDG_STATE_HOME=${state}`)).length === 0;
  });
});

async function evaluateFirstExample(page: Page): Promise<void> {
  const form = page.locator(".view-line", { hasText: /^\s*listing\(demo\);$/u });
  await form.click({ timeout: minutesMs });
  await waitUntilReady(page);
  await page.keyboard.press("Control+Enter");
  const look = () => findInlineResult(page);
  const drawn = await until("the inline result", look, { timeoutMs: minutesMs });
  assert.match(drawn, /^⇒ 3 ok · [\d.]+ m?s$/u);
}

// What a clone would hold, with what is not committed yet.
async function copyCheckout(target: string): Promise<void> {
  const words = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { stdout } = await promisify(execFile)("git", words, { cwd: checkout });
  for (const file of stdout.split("\0")) {
    if (file === "" || !existsSync(path.join(checkout, file))) continue;
    await mkdir(path.dirname(path.join(target, file)), { recursive: true });
    await cp(path.join(checkout, file), path.join(target, file));
  }
}

// With the system's own Node first, as `npm start` has to cope with an old one.
function startAsNewcomer(cwd: string, state: string) {
  const own = path.dirname(process.execPath);
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((one) => one !== own);
  const child = spawn("npm", ["start"], {
    cwd,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PATH: [...folders, own].join(path.delimiter),
      XDG_STATE_HOME: state,
      RE_OPS_EDITOR: "web",
    },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more: string) => (text += more));
  }
  const group = -(child.pid ?? 0);
  let interrupted = false;
  const interrupt = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    interrupted = true;
    const ended = once(child, "exit");
    process.kill(group, "SIGINT");
    await ended;
  };
  const output = () => {
    if (child.exitCode !== null && !interrupted) {
      throw new Error(`npm start ended with ${child.exitCode}:\n${text}`);
    }
    return text;
  };
  return { output, interrupt };
}

async function openPage(t: TestContext, address: string): Promise<Page> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? (await findProgram("chromium")) ?? "";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(address);
  return page;
}

async function waitUntilReady(page: Page): Promise<void> {
  const item = page.locator(".statusbar-item", { hasText: "Re-ops" });
  await item.filter({ hasNotText: "starting" }).first().waitFor({ timeout: minutesMs });
}

// A decoration's text is the content of a pseudo-element, so it is no text of the page.
function findInlineResult(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const spans = [...document.querySelectorAll(".view-line span")];
    const contents = spans.map((span) => getComputedStyle(span, "::after").content);
    const drawn = contents.map((text) => text.replaceAll('"', "").replaceAll("\u00A0", " ").trim());
    return drawn.find((text) => text.startsWith("⇒") && text.includes("ok"));
  });
}
