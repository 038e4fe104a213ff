// The stack of an error, and what stands behind it, as lines of text: for consoles and the command line.
import type { Cause, Frame, Trace } from "../../protocol/evaluation.ts";

const INDENT = "    ";

/** The frames below the first, of which the error's own place tells, then each cause with its frames. */
export function traceLines({
  frames,
  causes = [],
}: {
  frames: Trace;
  causes?: readonly Cause[] | undefined;
}): string[] {
  const [first, ...others] = frames;
  const rest = first !== undefined && "file" in first ? others : frames;
  return [...rest.map((one) => INDENT + traceLine(one)), ...causes.flatMap(causeLines)];
}

/** Such as `at listing (/project/a.ts:3:5)`, or `… 4 frames in node_modules/ws`. */
function traceLine(one: Trace[number]): string {
  if ("count" in one) {
    return `… ${String(one.count)} ${one.count === 1 ? "frame" : "frames"} in ${one.from}`;
  }
  const where = placeText(one);
  return one.functionName === undefined ? `at ${where}` : `at ${one.functionName} (${where})`;
}

function causeLines({ kind, depth, message, name, frames }: Cause): string[] {
  const indent = "  ".repeat(depth);
  const what = name === undefined ? message : `${name}: ${message}`;
  const words = kind === "cause" ? "caused by" : "one of them:";
  return [
    `${indent}${words} ${what.replaceAll("\n", `\n${indent}`)}`,
    ...frames.map((one) => indent + INDENT + traceLine(one)),
  ];
}

function placeText({ file, line, column }: Frame): string {
  return `${file}:${String(line)}:${String(column)}`;
}
