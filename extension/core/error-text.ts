// An error in a hover: what it is, its frames as links into the user's files, and what stands behind it.
import type { Cause, EvaluationError, Trace } from "re-ops/protocol";
import { commandLink, escapeMarkdown } from "./markdown.ts";
import { shorten } from "./short-text.ts";

const SHOWN_FRAMES = 8;
const SHOWN_CAUSES = 6;
const LONGEST_MESSAGE = 2000;

/** Parts of Markdown with command links. */
export function errorParts(error: EvaluationError): string[] {
  const { message, name, next, frames, causes = [] } = error;
  // A mistake that has a place in the text before anything runs has no frames.
  const trace = frames.length > 0 ? frames : [placeOf(error)];
  const more = causes.length - SHOWN_CAUSES;
  return [
    headline(name, message),
    ...(next === undefined ? [] : [`Next: ${escapeMarkdown(next)}`]),
    traceList(trace),
    ...causes.slice(0, SHOWN_CAUSES).flatMap(causeParts),
    ...(more > 0 ? [`… and ${String(more)} more behind it`] : []),
  ];
}

function placeOf({ file, line, column }: EvaluationError): Trace[number] {
  return { file, line, column };
}

function causeParts({ kind, depth, message, name, frames }: Cause): string[] {
  const words = `${"↳ ".repeat(Math.min(depth, 4))}${kind === "cause" ? "caused by" : "one of them"}`;
  const what = `${words} ${headline(name, message)}`;
  return frames.length === 0 ? [what] : [what, traceList(frames)];
}

function headline(name: string | undefined, message: string): string {
  const text = shorten(message, LONGEST_MESSAGE).split("\n").map(escapeMarkdown).join("  \n");
  return name === undefined ? text : `**${escapeMarkdown(name)}**: ${text}`;
}

function traceList(trace: Trace): string {
  const lines = trace.slice(0, SHOWN_FRAMES).map((one) => `- ${traceLine(one)}`);
  const more = trace.length - SHOWN_FRAMES;
  return [...lines, ...(more > 0 ? [`- … ${String(more)} more`] : [])].join("\n");
}

function traceLine(one: Trace[number]): string {
  if ("count" in one) {
    const frames = one.count === 1 ? "frame" : "frames";
    return `… ${String(one.count)} ${frames} in ${escapeMarkdown(one.from)}`;
  }
  const { file, line, column, functionName } = one;
  const label = escapeMarkdown(`${baseName(file)}:${String(line)}:${String(column)}`);
  const called = functionName === undefined ? "" : `${escapeMarkdown(functionName)} `;
  return `at ${called}${commandLink(label, "re-ops.openPlace", file, line, column)}`;
}

function baseName(file: string): string {
  return file.split(/[/\\]/u).at(-1) ?? file;
}
