// Where in the user's source something was written: the first frame of the stack that is not ours.
import { fileURLToPath } from "node:url";

/** A place in the user's own source, 1-based. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const OWN_FOLDER = fileURLToPath(new URL("..", import.meta.url));
const FRAMES = 25;
/** A frame's end: a path or file URL, with or without the number of an evaluation, then line and column. */
const POSITION = /\(?((?:file:\/\/)?\/[^()]*?)(?:\?\d+)?:(\d+):(\d+)\)?$/;

/** The place in user code that led here, if there is one. */
export function callSite(): Place | undefined {
  for (const frame of stackFrames()) {
    const [, path, line, column] = POSITION.exec(frame) ?? [];
    if (path === undefined) continue;
    const file = path.startsWith("file://") ? fileURLToPath(path) : path;
    if (!isOurs(file)) return { file, line: Number(line), column: Number(column) };
  }
  return undefined;
}

/** By the text of a stack, since only there Node applies the source maps of evaluated code. */
function stackFrames(): readonly string[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const { stack = "" } = new Error("where");
  Error.stackTraceLimit = limit;
  return stack.split("\n").slice(1);
}

/** Whether a file belongs to Re-ops. */
export function isOurs(file: string): boolean {
  return file.startsWith(OWN_FOLDER) && !file.endsWith(".test.ts");
}
