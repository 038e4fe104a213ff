// Measures in the page itself: from a key going down until its letter is in the line, in windows that take turns.
import { setTimeout as wait } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { CodeWindow } from "../../e2e/harness/options.ts";
import { until } from "../../support/until.ts";
import type { Series } from "../frame/interleave.ts";
import type { LongProgram } from "./project.ts";

export interface Typist {
  readonly name: string;
  readonly window: CodeWindow;
}

export interface Typing {
  readonly blocks: number;
  readonly keysPerBlock: number;
}

interface Probe {
  benchKeys?: number[];
}

/** A quick typist; at every tenth key a pause, in which whatever waits for one begins its work. */
const KEY_MS = 60;
const PAUSE_MS = 230;
const KEYS_BETWEEN_PAUSES = 10;

/** Types into a string of another function in each block, so that its form is edited and parses. */
export async function measureTyping(
  typists: readonly Typist[],
  program: LongProgram,
  { blocks, keysPerBlock }: Typing,
): Promise<ReadonlyMap<string, Series>> {
  const samples = new Map(typists.map(({ name }) => [name, [] as number[]]));
  for (const { window } of typists) await window.page.evaluate(startProbe);
  for (let block = -1; block < blocks; block++) {
    const order = block % 2 === 0 ? typists : typists.toReversed();
    for (const { name, window } of order) {
      await putCursor(window, program, block + 1);
      const keys = await typeBlock(window.page, keysPerBlock);
      if (block >= 0) samples.get(name)?.push(...keys);
    }
  }
  return new Map(
    typists.map(({ name }): [string, Series] => [name, { name, samples: samples.get(name) ?? [] }]),
  );
}

/** Behind `/srv/` in a function below the middle. */
async function putCursor(window: CodeWindow, { file, line }: LongProgram, block: number) {
  await window.evaluate(
    async (vscode, { file, first }) => {
      const editor = await vscode.window.showTextDocument(vscode.Uri.file(file));
      const { document } = editor;
      let line = first;
      while (!document.lineAt(line).text.includes('"/srv/')) line += 1;
      const column = document.lineAt(line).text.indexOf('"/srv/') + '"/srv/'.length;
      const cursor = new vscode.Position(line, column);
      editor.selection = new vscode.Selection(cursor, cursor);
      editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenter);
    },
    { file, first: line + 20 + block * 5 },
  );
  await wait(500); // What opening and scrolling began is over; the same for all.
}

async function typeBlock(page: Page, keys: number): Promise<number[]> {
  await page.evaluate(() => {
    (window as Probe).benchKeys = [];
  });
  for (let key = 0; key < keys; key++) {
    await page.keyboard.press("x");
    await wait((key + 1) % KEYS_BETWEEN_PAUSES === 0 ? PAUSE_MS : KEY_MS);
  }
  return until("every key to be drawn", async () => {
    const taken = await page.evaluate(() => (window as Probe).benchKeys ?? []);
    return taken.length === keys ? taken : undefined;
  });
}

// Sent into the page, so it may use nothing of this file. A slow frame draws several letters at once: each is a sample.
function startProbe(): void {
  let pressed: number[] = [];
  window.addEventListener("keydown", () => void pressed.push(performance.now()), { capture: true });
  new MutationObserver((mutations) => {
    if (pressed.length === 0) return;
    const isLine = mutations.some(({ target }) => {
      const element = target instanceof Element ? target : target.parentElement;
      return (element?.closest(".view-lines") ?? null) !== null;
    });
    if (!isLine) return;
    const drawnAt = performance.now();
    (window as Probe).benchKeys?.push(...pressed.map((pressedAt) => drawnAt - pressedAt));
    pressed = [];
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}
