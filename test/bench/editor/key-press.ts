// Measures in the page itself: from a key going down to a decoration's node being there.
import type { Page } from "playwright-core";

interface Probe {
  benchProbe?: Promise<number>;
}

/** Presses the key and gives the milliseconds from its keydown event until a decoration with this text is in the page. */
export async function measureKeyPress(page: Page, key: string, text: string): Promise<number> {
  await page.evaluate(startProbe, text);
  await page.keyboard.press(key);
  return page.evaluate(() => (window as Probe).benchProbe ?? Number.NaN);
}

/** Whether a decoration with this text is in the page now. */
export function isShown(page: Page, text: string): Promise<boolean> {
  return page.evaluate(
    (text) =>
      [...document.querySelectorAll(".view-line span")].some((span) =>
        getComputedStyle(span, "::after").content.includes(text),
      ),
    text,
  );
}

// Sent into the page, so it may use nothing of this file. Only the last key of a combination counts: the others do nothing yet.
function startProbe(text: string): void {
  const modifiers = new Set(["Control", "Alt", "Shift", "Meta"]);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  setTimeout(() => reject(new Error(`no decoration says ${text} after 30 s`)), 30_000);
  (window as Probe).benchProbe = promise;
  let pressedAt: number | undefined;
  const onKey = (event: KeyboardEvent) => {
    if (modifiers.has(event.key)) return;
    pressedAt = performance.now();
    window.removeEventListener("keydown", onKey, { capture: true });
  };
  window.addEventListener("keydown", onKey, { capture: true });
  const observer = new MutationObserver((mutations) => {
    if (pressedAt === undefined) return;
    const touched = mutations.map(({ target }) =>
      target instanceof Element ? target : target.parentElement,
    );
    const spans = touched.flatMap((element) =>
      element?.closest(".view-lines") ? [element, ...element.querySelectorAll("span")] : [],
    );
    if (!spans.some((span) => getComputedStyle(span, "::after").content.includes(text))) return;
    observer.disconnect();
    resolve(performance.now() - pressedAt);
  });
  observer.observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["class"],
  });
}
