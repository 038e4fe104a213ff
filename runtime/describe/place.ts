// Where in the user's source something was written: the first frame of the stack that is not ours.
import { fileURLToPath } from "node:url";
import { getCallSites } from "node:util";
import type { Place } from "../port.ts";

const OWN_FOLDER = new URL("..", import.meta.url).href;
const FRAMES = 25;

/** The place in user code that led here, if there is one. */
export function callSite(): Place | undefined {
  for (const site of getCallSites(FRAMES, { sourceMap: true })) {
    const file = userFile(site.scriptName);
    if (file !== undefined) return { file, line: site.lineNumber, column: site.columnNumber };
  }
  return undefined;
}

function userFile(scriptName: string): string | undefined {
  const url = scriptName.startsWith("/") ? `file://${scriptName}` : scriptName;
  if (!url.startsWith("file://")) return undefined;
  const [withoutVersion = url] = url.split("?");
  const ours = withoutVersion.startsWith(OWN_FOLDER) && !withoutVersion.endsWith(".test.ts");
  return ours ? undefined : fileURLToPath(withoutVersion);
}
