// Where pictures of VS Code are kept.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

/** The root of this checkout. */
export const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");

/** Saves what the page shows as dist/screenshots/NAME.png and gives that path. */
export async function saveScreenshot(page: Page, name: string): Promise<string> {
  const folder = path.join(checkout, "dist/screenshots");
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  return file;
}
